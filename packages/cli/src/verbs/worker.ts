import { type Clock, isBenthamError, systemClock } from "@bentham/core";
import {
  openRuntime,
  readConfiguration,
  readWebSurfaces,
  resumingLanes,
  type Runtime,
  withWorker,
  type WorkerMeans,
  workerMeans,
} from "@bentham/runtime";
import { resolve } from "node:path";
import { copiesLine } from "../copies.ts";
import { type CommandContext, type CommonOptions, dataFolder, logTarget } from "../command-context.ts";
import { printable } from "../printable.ts";
import { waitText } from "../progress/frame.ts";
import { stopOnSignal } from "../stop-on-signal.ts";
import { tellStamps } from "../tell-stamps.ts";
import { tellStuck } from "../tell-stuck.ts";
import type { Terminal } from "../terminal.ts";
import { QUEUE } from "./run.ts";

type WorkerStatus = ReturnType<Runtime["executor"]["getWorkerStatus"]>;

interface Telling {
  readonly stampRoots: Runtime["stampRoots"];
  readonly executor: Runtime["executor"];
  readonly means: WorkerMeans;
  readonly copyTrouble: Runtime["copyTrouble"];
  readonly terminal: Terminal;
  readonly json: boolean;
}

/** How long a worker that is stopped goes on copying evidence, in milliseconds. What is left waits for the next one. */
const LONGEST_COPYING = 20_000;

/** How often a worker tells what it does, in milliseconds. */
const TELL_EVERY = 5000;

/** How often it asks for the time stamps that wait, in milliseconds. */
const STAMP_EVERY = 60_000;

/** Works on every run of the data folder, beside whoever else does, until it is stopped. */
export async function worker(
  context: CommandContext,
  options: CommonOptions & { readonly concurrency: number },
): Promise<number> {
  const { terminal, currentFolder, environment, signals } = context;
  const { concurrency, json = false, config } = options;
  const folder = dataFolder(context, options);
  const configuration = await readConfiguration(
    [currentFolder],
    environment,
    config === undefined ? undefined : resolve(currentFolder, config),
  );
  const webSurfaces = await readWebSurfaces(configuration);
  await using runtime = await openRuntime({
    folder,
    configuration,
    environment,
    webSurfaces,
    locations: Object.keys(configuration.locations ?? {}),
    needsBrowser: webSurfaces.length > 0,
    ...(options.allowPrivate ? { allowPrivate: true } : {}),
    log: logTarget(context, options),
  });
  for (const warning of runtime.warnings) terminal.tell(`warning: ${warning}`);
  using stop = stopOnSignal(signals, terminal, runtime.executor);
  using stuck = tellStuck(terminal, runtime.executor);
  void stuck;
  terminal.tell(`working on the runs of ${folder}, ${concurrency} jobs at once; Ctrl-C stops it`);
  const credentials = { folder, configuration, environment };
  const means = workerMeans({ store: runtime.store, credentials, webSurfaces });
  await means.look();
  const failure = await withWorker(
    runtime.executor,
    { configuration, queueName: QUEUE, concurrency, only: means.only },
    (failed) =>
      resumingLanes(runtime, systemClock, () =>
        tellNowAndThen(
          {
            executor: runtime.executor,
            stampRoots: runtime.stampRoots,
            copyTrouble: runtime.copyTrouble,
            means,
            terminal,
            json,
          },
          systemClock,
          AbortSignal.any([stop.signal, failed]),
        ),
      ),
  );
  const waiting = copiesLine(await runtime.copyEvidence(AbortSignal.timeout(LONGEST_COPYING)));
  if (waiting !== undefined) terminal.tell(waiting);
  if (failure) throw failure;
  return 0;
}

async function tellNowAndThen(
  { executor, stampRoots, means, copyTrouble, terminal, json }: Telling,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  let stampAt = clock.monotonic();
  while (!signal.aborted) {
    if (clock.monotonic() >= stampAt) {
      await askForStamps(stampRoots, terminal, signal);
      stampAt = clock.monotonic() + STAMP_EVERY;
    }
    const leaves = await look(means);
    const trouble = copyTrouble();
    const lacks = trouble === undefined ? leaves : [...leaves, `evidence waits to be copied: ${printable(trouble)}`];
    for (const lack of lacks) if (!told.has(lack)) terminal.tell(`warning: ${lack}`);
    for (const lack of lacks) told.add(lack);
    const status = executor.getWorkerStatus();
    if (json)
      terminal.out(
        JSON.stringify({ event: "worker", ...status, error: errorOf(status), leaves, copyTrouble: trouble }),
      );
    else terminal.tell(statusLine(status, clock.now()));
    try {
      await clock.sleep(TELL_EVERY, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function errorOf({ error }: WorkerStatus): string | undefined {
  return error instanceof Error ? error.message : undefined;
}

async function askForStamps(stampRoots: Telling["stampRoots"], terminal: Terminal, signal: AbortSignal): Promise<void> {
  try {
    tellStamps(terminal, await stampRoots(signal));
  } catch (error) {
    if (!isBenthamError(error)) throw error; // As below: the worker tells of a store that fails.
  }
}

async function look(means: WorkerMeans): Promise<string[]> {
  try {
    return await means.look();
  } catch (error) {
    if (!isBenthamError(error)) throw error;
    return []; // The worker tells of a store that fails, and stops when it is of no more use.
  }
}

/** What a worker does, in one line. Pure. */
export function statusLine({ running, ended, lanes }: WorkerStatus, now: number): string {
  const parts = [`running ${running.length}`, `answered ${ended.answered}`];
  if (ended.failed > 0) parts.push(`failed ${ended.failed}`);
  for (const { lane, waiting, paused } of lanes) {
    const wait = paused && waitText({ forMs: (paused.until?.getTime() ?? Infinity) - now, reason: paused.reason });
    if (waiting > 0) parts.push(`${lane}: ${waiting} waiting${wait === undefined ? "" : `, ${wait}`}`);
  }
  return parts.join("  ");
}
