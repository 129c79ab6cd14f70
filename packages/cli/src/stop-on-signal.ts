import { BenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import type { SignalSource } from "./command-context.ts";

/** The first signal stops softly; the second one ends the process at once. */
export function stopOnSignal(
  signals: SignalSource,
  tell: (line: string) => void,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES["forced stop"]);
    tell("stopping: jobs in hand finish or go back unspent; once more to stop at once");
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
