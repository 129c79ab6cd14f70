import { BenthamError, type Clock, systemClock } from "@bentham/core";
import {
  credentialProblems,
  openRuntime,
  readConfiguration,
  readWebSurfaces,
  type Runtime,
  withWorker,
} from "@bentham/runtime";
import { resolve } from "node:path";
import { type CommandContext, type CommonOptions, dataFolder, logTarget } from "../command-context.ts";
import { waitText } from "../progress/frame.ts";
import { stopOnSignal } from "../stop-on-signal.ts";
import type { Terminal } from "../terminal.ts";
import { QUEUE } from "./run.ts";

type WorkerStatus = ReturnType<Runtime["executor"]["getWorkerStatus"]>;

/** How often a worker tells what it does, in milliseconds. */
const TELL_EVERY = 5000;

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
  const problems = await credentialProblems({ folder, configuration, environment }, await poolsOf(runtime));
  if (problems.length > 0) throw new BenthamError("CREDENTIAL_MISSING", problems.join("\n"));
  for (const warning of runtime.warnings) terminal.tell(`warning: ${warning}`);
  using stop = stopOnSignal(signals, terminal, runtime.executor);
  terminal.tell(`working on the runs of ${folder}, ${concurrency} jobs at once; Ctrl-C stops it`);
  const failure = await withWorker(runtime.executor, { configuration, queueName: QUEUE, concurrency }, (failed) =>
    tellNowAndThen(runtime, terminal, json, systemClock, AbortSignal.any([stop.signal, failed])),
  );
  if (failure) throw failure;
  return 0;
}

/** The pools that unfinished runs ask with. */
async function poolsOf({ store }: Runtime): Promise<Set<string>> {
  const open = (await store.runs()).filter(({ finished }) => !finished);
  return new Set(open.flatMap(({ plan }) => plan.surfaces.flatMap(({ credentialPool }) => credentialPool ?? [])));
}

async function tellNowAndThen(
  { executor }: Runtime,
  terminal: Terminal,
  json: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const status = executor.getWorkerStatus();
    if (json) terminal.out(JSON.stringify({ event: "worker", ...status, error: undefined }));
    else terminal.tell(statusLine(status, clock.now()));
    try {
      await clock.sleep(TELL_EVERY, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
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
