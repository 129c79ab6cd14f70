import { BenthamError, type InboxItem, type Run } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import {
  accountOf,
  type Configuration,
  type HandOver,
  holdItem,
  openHandOver,
  openRuntime,
  readWebSurfaces,
  type Runtime,
} from "@bentham/runtime";
import { checkAccount } from "../check-account.ts";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import { stopOnSignal } from "../stop-on-signal.ts";
import { askAgain, findItem, giveUp, readInbox, whatBecameOf } from "./inbox.ts";
import { configurationOf } from "./vault.ts";

/** What a second signal interrupts here. */
const NO_JOBS = { stopWorker: async (): Promise<void> => {} };

/**
 * Restores the session of an item, and shows its page to a person until they have seen to it, or given it up.
 *
 * @throws BenthamError USAGE when nothing of that number waits, when somebody else has it open, or when it is no page;
 *   CREDENTIAL_MISSING when its account is gone.
 */
export async function openItem(context: CommandContext, id: number, options: CommonOptions): Promise<number> {
  return untilStopped(context, async (signal) => {
    const configuration = await configurationOf(context, options);
    const { item, place } = await readInbox(context, options, async ({ store, credentialVault }) => {
      const found = await findItem(store, id);
      const where = await placeOf(configuration, found, await store.findRun(found.runId));
      await checkAccount(credentialVault, found, "open");
      return { item: found, place: where };
    });
    await using runtime = await openPageRuntime(context, configuration, item.locationId, options);
    await using held = await holdItem(runtime.store, item);
    void held;
    await using handOver = await openHandOver(runtime, place, {
      texts: {
        title: `${item.surfaceId}: ${item.code}`,
        facts: factsOf(item),
        done: "Done: ask again",
        blocked: "Mark blocked",
      },
      over: () => whatBecameOf(runtime.store, item),
      done: (save) => askAgain(runtime, item, save),
      blocked: () => giveUp(runtime, item),
      signal,
    });
    return await showUntilEnded(context, handOver, signal);
  });
}

/**
 * Shows a page, and hears signals from before anything of it is held until all of it is given back: it takes seconds to come up, and
 * what is held by then must not be left behind.
 *
 * @param show Gives the exit code; rejects with the signal's reason when it is stopped before the page is up.
 */
export async function untilStopped(
  { terminal, signals }: CommandContext,
  show: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  using stop = stopOnSignal(signals, terminal, NO_JOBS, "stopping: nothing is saved, and it waits still");
  try {
    return await show(stop.signal);
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return EXIT_CODES["parked cells"];
    throw error;
  }
}

/** Prints the link of a hand-over, and waits for its end. Gives the exit code. */
export async function showUntilEnded(
  { terminal }: CommandContext,
  handOver: HandOver,
  signal: AbortSignal,
): Promise<number> {
  terminal.out(handOver.url);
  terminal.tell("open this link in a browser on this machine; it works once. Ctrl-C leaves everything as it is");
  const stopped = new Promise<"stopped">((resolve) => {
    if (signal.aborted) resolve("stopped");
    signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const ending = await Promise.race([handOver.ended, stopped]);
  const over = handOver.wasOver();
  if (over !== undefined) {
    terminal.out(over);
    return 0;
  }
  switch (ending) {
    case "done":
      terminal.out("done: what the browser has is saved, encrypted");
      return 0;
    case "blocked":
      terminal.out("marked blocked");
      return 0;
    case "idle":
      terminal.tell("nobody did anything for a while: the page is closed, and waits still");
      return 10;
    case "lost":
      terminal.tell("the page was lost, and waits still: run the same command again");
      return 10;
    case "stopped":
      return 10;
  }
}

/** Opens the parts that a page is shown with, coming from a location. */
export async function openPageRuntime(
  context: CommandContext,
  configuration: Configuration,
  locationId: string,
  options: CommonOptions,
): Promise<Runtime> {
  const runtime = await openRuntime({
    folder: dataFolder(context, options),
    configuration,
    environment: context.environment,
    webSurfaces: await readWebSurfaces(configuration),
    locations: [locationId],
    needsBrowser: true,
    ...(options.allowPrivate ? { allowPrivate: true } : {}),
  });
  for (const warning of runtime.warnings) context.terminal.tell(`warning: ${warning}`);
  return runtime;
}

/** Where an item's page is, and how to come there as the study's jobs do. */
async function placeOf(
  configuration: Configuration,
  item: InboxItem,
  run: Run | undefined,
): Promise<Parameters<typeof openHandOver>[1]> {
  const { surfaceId, locationId, proxyId } = item;
  const surface = run?.plan.surfaces.find(({ id }) => id === surfaceId)?.settings ?? {};
  const name = surface.adapter ?? surfaceId;
  const definition = (await readWebSurfaces(configuration)).find((one) => one.name === name);
  if (!definition) {
    throw new BenthamError(
      "USAGE",
      `${surfaceId} is no page of this configuration, so there is nothing to show: see to it where it is, then ` +
        `\`bentham inbox done ${item.id}\`; or name the configuration that has it with --config`,
    );
  }
  const account = accountOf(item);
  return {
    surfaceId,
    locationId,
    surface,
    definition,
    ...(account ? { account } : {}),
    ...(proxyId === undefined ? {} : { proxyId }),
  };
}

function factsOf({ message, account, locationId, proxyId, since, cells }: InboxItem): string[] {
  const who = account === undefined ? "without an account" : `with the account ${account}`;
  const way = proxyId === undefined || proxyId === locationId ? "" : ` by the proxy ${proxyId}`;
  return [
    printable(message),
    `${printable(who)}, from ${printable(locationId)}${printable(way)}`,
    `${cells === 1 ? "1 cell waits" : `${cells} cells wait`} for it since ${since.toISOString()}`,
  ];
}
