import type { Clock } from "@bentham/core";
import type { RunProgress } from "@bentham/orchestrator";
import type { Terminal } from "../terminal.ts";
import { frame, progressLine } from "./frame.ts";
import { Rate } from "./rate.ts";

/** How often a line is written where nobody watches it live, in milliseconds. */
const LINE_EVERY = 5000;

/** Shows where a run stands. */
export interface ProgressTeller {
  show(progress: RunProgress): void;
  done(): void;
}

/** Draws at a terminal; writes a line now and then into a pipe; writes JSON events when asked to. */
export function tellProgress(terminal: Terminal, clock: Clock, json: boolean): ProgressTeller {
  const rate = new Rate();
  let toldAt = -Infinity;
  return {
    show({ run, ledger, lanes }) {
      const now = clock.monotonic();
      const ended = ledger.planned - ledger.pending - ledger.parked;
      const seen = { runId: run.runId, ledger, lanes, perSecond: rate.add(now, ended) };
      if (terminal.live && !json) {
        terminal.live.draw(frame(seen, terminal.columns));
        return;
      }
      if (now - toldAt < LINE_EVERY) return;
      toldAt = now;
      if (json) terminal.out(JSON.stringify({ event: "progress", runId: run.runId, ledger, lanes, asks: run.asks }));
      else terminal.tell(progressLine(seen));
    },
    done: () => terminal.live?.done(),
  };
}
