import type { Json } from "./canonical-json.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { SharedState } from "./ports/shared-state.ts";

/** A {@link SharedState} of this process alone, for parts that are used without a store. */
export function createMemoryState(clock: Clock = systemClock): SharedState {
  const entries = new Map<string, { readonly value: Json; readonly expiresAt: number }>();
  const started = clock.now() - clock.monotonic();
  const valueOf = (key: string): Json | undefined => {
    const entry = entries.get(key);
    return entry && entry.expiresAt > clock.monotonic() ? entry.value : undefined;
  };
  return {
    now: () => started + clock.monotonic(),
    read: async (key) => valueOf(key),
    async update(key, change, ttlMs = Infinity) {
      const value = change(valueOf(key));
      if (value === undefined) entries.delete(key);
      else entries.set(key, { value, expiresAt: clock.monotonic() + ttlMs });
      return value;
    },
  };
}
