import { randomUUID } from "node:crypto";
import process from "node:process";
import {
  BenthamError,
  type Clock,
  hasEnded,
  type InboxItem,
  type Json,
  processMark,
  type SharedState,
  systemClock,
} from "@bentham/core";

/** How long an item is held unless that is renewed, in milliseconds: of a process elsewhere nobody knows whether it has ended. */
const HOLD = 60_000;

/** How often it is renewed, in milliseconds. */
const RENEW_EVERY = HOLD / 4;

/** Who has an item open. */
interface Holder {
  /** Tells its process; see `processMark`. */
  readonly process: string;
  readonly pid: number;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly token: string;
}

/**
 * Keeps an item for one person at a time, over all processes of its data folder, until it is disposed of or its process has
 * ended: of two who save the same session, the second would undo what the first has brought about.
 *
 * @throws BenthamError USAGE, saying who has it, when somebody has.
 */
export async function holdItem(
  state: SharedState,
  { id }: Pick<InboxItem, "id">,
  clock: Clock = systemClock,
): Promise<AsyncDisposable> {
  const key = `inbox-open/${id}`;
  const own: Holder = { process: await processMark(), pid: process.pid, since: state.now(), token: randomUUID() };
  const before = holderIn(await state.read(key));
  const gone = before && (await hasEnded(before.process)) === true ? before.token : undefined;
  const take = (current: Json | undefined): Json | undefined => {
    const holder = holderIn(current);
    return holder && holder.token !== own.token && holder.token !== gone ? current : JSON.stringify(own);
  };
  const holder = holderIn(await state.update(key, take, HOLD));
  if (holder && holder.token !== own.token) {
    throw new BenthamError(
      "USAGE",
      `somebody has ${id} open already, in the process ${holder.pid}, since ${new Date(holder.since).toISOString()}: ` +
        "it is seen to there; Ctrl-C there leaves it to others",
    );
  }
  const ending = new AbortController();
  const renewing = renewUntil(ending.signal, clock, () => state.update(key, take, HOLD));
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await renewing;
      await state.update(key, (current) => (holderIn(current)?.token === own.token ? undefined : current), HOLD);
    },
  };
}

/** A renewal that fails is made up for by the next one. */
async function renewUntil(signal: AbortSignal, clock: Clock, renew: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    const [slept] = await Promise.allSettled([clock.sleep(RENEW_EVERY, signal)]);
    if (slept.status === "fulfilled") await Promise.allSettled([renew()]);
  }
}

/** It is kept as a text: nobody but this file reads it. */
function holderIn(kept: Json | undefined): Holder | undefined {
  if (typeof kept !== "string") return undefined;
  const holder: Holder = JSON.parse(kept);
  return holder;
}
