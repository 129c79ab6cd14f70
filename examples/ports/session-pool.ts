import { BenthamError, leaseOf, type SessionPool } from "@bentham/core";

/** A pool of numbered sessions. Each is lent to one job at a time. */
export interface CountedSessionPool extends SessionPool {
  /** Sessions that are lent now. */
  readonly lent: ReadonlySet<number>;
}

export function createSessionPool(size: number): CountedSessionPool {
  const lent = new Set<number>();
  return {
    lent,
    async acquire() {
      const free = Array.from({ length: size }, (_, index) => index + 1).find((number) => !lent.has(number));
      if (free === undefined) throw new BenthamError("NO_RESOURCE", `all ${size} sessions are lent`);
      lent.add(free);
      return leaseOf(`session-${free}`, {}, () => void lent.delete(free));
    },
  };
}
