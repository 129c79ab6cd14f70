import type { Json } from "@bentham/core";
import type { Exchange } from "../exchange/exchange.ts";

/** `Date` tells whole seconds, in milliseconds. */
const DATE_STEP = 1000;

/** Hosts that are listed; a page may ask hundreds. */
const MOST_HOSTS = 50;

/** How far a server's clock is ahead of ours, in milliseconds: as much as its `Date` headers leave open. */
interface ClockAhead {
  readonly least: number;
  readonly most: number;
}

/**
 * What is known of the hosts that were asked: the encryption, their address, and how far their clocks are ahead of ours.
 *
 * @param isDirect Whether connections went to the hosts themselves; else the address is that of a proxy, and is not told.
 */
export function hostsOf(exchanges: readonly Exchange[], isDirect: boolean): Json[] {
  const byHost = Map.groupBy(exchanges, ({ request }) => URL.parse(request.url)?.host ?? "");
  byHost.delete("");
  return [...byHost].slice(0, MOST_HOSTS).map(([host, asked]) => {
    const tls = asked.findLast((exchange) => exchange.tls !== undefined)?.tls;
    const ahead = clockAhead(asked);
    return {
      host,
      address: !isDirect ? undefined : asked.find(({ address }) => address !== undefined)?.address,
      tls: tls && { ...tls },
      clockAheadMs: ahead && { ...ahead },
    };
  });
}

/**
 * Each `Date` was written between our sending and our receiving, and says the second it was written in. Answers out of a
 * cache say when they went into it, and tell nothing; nor do answers that contradict each other.
 */
export function clockAhead(exchanges: readonly Exchange[]): ClockAhead | undefined {
  let least = -Infinity;
  let most = Infinity;
  for (const { response, startedAt, waitMs } of exchanges) {
    const header = (name: string): string | undefined =>
      response?.headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
    const date = Date.parse(header("date") ?? "");
    if (Number.isNaN(date) || Number(header("age") ?? 0) > 0) continue;
    least = Math.max(least, date - (startedAt.getTime() + waitMs));
    most = Math.min(most, date + DATE_STEP - startedAt.getTime());
  }
  if (!Number.isFinite(least) || least > most) return undefined;
  return { least: Math.floor(least), most: Math.ceil(most) };
}
