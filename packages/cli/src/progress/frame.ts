import type { LaneReport, Ledger } from "@bentham/core";
import { excerpt } from "../printable.ts";

/** What there is to tell of a run at one moment. */
export interface Progress {
  readonly runId: string;
  readonly ledger: Ledger;
  readonly lanes: readonly LaneReport[];
  /** Cells that ended per second lately; 0 while unknown. */
  readonly perSecond: number;
}

const BAR = 24;

/** The progress of a run as lines of at most `columns` characters: totals first, then a line per lane. Pure. */
export function frame(progress: Progress, columns: number): string[] {
  const { runId, ledger, lanes } = progress;
  const ended = endedOf(ledger);
  const total = `${runId}  ${bar(ended, ledger.planned)}  ${ended}/${ledger.planned}  ${remaining(progress)}${troubles(ledger)}`;
  const widest = Math.max(0, ...lanes.map(({ lane }) => lane.length));
  return [total, ...lanes.map((lane) => `  ${laneLine(lane, widest)}`)].map((line) => line.slice(0, columns));
}

/** The progress of a run in one plain line, for logs and pipes. Pure. */
export function progressLine(progress: Progress): string {
  const { runId, ledger } = progress;
  return `${runId}  ${endedOf(ledger)}/${ledger.planned}  ${remaining(progress)}${troubles(ledger)}`;
}

function laneLine({ lane, ledger, running, waiting }: LaneReport, widest: number): string {
  const ended = endedOf(ledger);
  const parts = [`${lane.padEnd(widest)}  ${ended}/${ledger.planned}`];
  if (ended === ledger.planned) parts.push("done");
  else if (running > 0) parts.push(`running ${running}`);
  if (waiting && ended < ledger.planned) parts.push(waitText(waiting));
  return parts.join("  ") + troubles(ledger);
}

/** Why a lane waits may be in the surface's own words, and those are anybody's. */
export function waitText({ forMs, reason }: NonNullable<LaneReport["waiting"]>): string {
  return `waits ${duration(forMs)}: ${excerpt(reason, 60)}`;
}

function troubles(ledger: Ledger): string {
  const states = ["failed", "blocked", "cancelled", "skipped", "parked"] as const;
  return states.map((state) => (ledger[state] > 0 ? `  ${state} ${ledger[state]}` : "")).join("");
}

function remaining({ ledger, perSecond }: Progress): string {
  if (ledger.pending === 0) return "done";
  if (perSecond <= 0) return "eta -";
  return `${perSecond.toFixed(1)}/s  eta ${duration((ledger.pending / perSecond) * 1000)}`;
}

function endedOf(ledger: Ledger): number {
  return ledger.planned - ledger.pending - ledger.parked;
}

function bar(done: number, of: number): string {
  const full = of === 0 ? BAR : Math.floor((done / of) * BAR);
  return "#".repeat(full) + ".".repeat(BAR - full);
}

/** A duration as people read it: `0:07`, `12:30`, `3:05:00`; `for ever` when it has no end. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "for ever";
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
