import { BenthamError, systemClock } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import type { Runtime } from "@bentham/runtime";
import type { SignalSource } from "./command-context.ts";
import type { Terminal } from "./terminal.ts";

/** How long jobs that are interrupted by the second signal may take to go back, in milliseconds. */
const GIVE_BACK_PATIENCE = 1000;

/**
 * The first signal stops softly; the second one ends the process at once, a third one with no moment for anything.
 * Jobs in hand are interrupted before that: a lease that is left behind would count as a crash of its job.
 */
export function stopOnSignal(
  signals: SignalSource,
  terminal: Pick<Terminal, "tell">,
  executor: Pick<Runtime["executor"], "stopWorker">,
  told = "stopping: jobs in hand finish or go back unspent; once more to stop at once",
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let isForced = false;
  const onSignal = (): void => {
    if (isForced) exit();
    if (controller.signal.aborted) {
      isForced = true;
      void Promise.race([executor.stopWorker({ grace: 0 }), systemClock.sleep(GIVE_BACK_PATIENCE)]).then(exit, exit);
      return;
    }
    terminal.tell(told);
    controller.abort(new BenthamError("INTERRUPTED", "stopped by a signal"));
  };
  signals.on("SIGINT", onSignal);
  signals.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      signals.off("SIGINT", onSignal);
      signals.off("SIGTERM", onSignal);
    },
  };
}

function exit(): never {
  process.exit(EXIT_CODES["forced stop"]);
}
