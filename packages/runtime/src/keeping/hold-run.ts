import { type Clock, type Json, type Run, type RunStore, type SharedState, systemClock } from "@bentham/core";
import { type Hold, readHold, type SigningKey, writeHold } from "@bentham/evidence-collector";

/** What the evidence of runs is kept by. */
export interface KeepingParts {
  readonly store: RunStore & SharedState;
  readonly evidenceFolder: string;
  /** Signs what is said of the evidence, and who deleted what. */
  readonly signingKey: SigningKey;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** Holds a run: nothing of its evidence is deleted until it is released. Said in the store, and signed in the run's folder. */
export async function holdRun(parts: KeepingParts, { runId }: Run, reason: string): Promise<Hold> {
  const hold: Hold = { state: "held", reason, at: momentOf(parts) };
  // The store first: as long as either says so, the run is held.
  await parts.store.update(keyOf(runId), () => ({ ...hold }));
  await writeHold(parts.evidenceFolder, runId, hold, parts.signingKey);
  await parts.store.log(runId, "held", { reason });
  return hold;
}

/** Releases a run that is held. What its folder said of the hold is replaced by who released it, and why. */
export async function releaseRun(parts: KeepingParts, { runId }: Run, reason: string): Promise<Hold> {
  const hold: Hold = { state: "released", reason, at: momentOf(parts) };
  await writeHold(parts.evidenceFolder, runId, hold, parts.signingKey);
  await parts.store.update(keyOf(runId), () => undefined);
  await parts.store.log(runId, "released", { reason });
  return hold;
}

/** The hold that a run is under, as its folder or the store has it; undefined when it is under none. */
export async function holdOf(
  { store, evidenceFolder }: Pick<KeepingParts, "store" | "evidenceFolder">,
  { runId }: Run,
): Promise<Hold | undefined> {
  const said = await readHold(evidenceFolder, runId);
  return said?.state === "held" ? said : holdIn(await store.read(keyOf(runId)));
}

function holdIn(value: Json | undefined): Hold | undefined {
  if (typeof value !== "object" || value === null || !("reason" in value)) return undefined;
  const { reason, at } = value;
  return { state: "held", reason: typeof reason === "string" ? reason : "", at: typeof at === "string" ? at : "" };
}

function momentOf({ clock = systemClock }: KeepingParts): string {
  return new Date(clock.now()).toISOString();
}

function keyOf(runId: string): string {
  return `hold/${runId}`;
}
