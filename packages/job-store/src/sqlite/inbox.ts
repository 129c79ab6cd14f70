import { randomUUID } from "node:crypto";
import {
  type AnonymousPlace,
  type InboxEnding,
  type InboxItem,
  isErrorCode,
  type JobResult,
  type Json,
  type ParkedEnding,
} from "@bentham/core";
import { endWithout } from "./free-job.ts";
import { number, optionalText, type Row, text } from "./row.ts";
import { readShared, updateShared } from "./shared-state.ts";
import type { StoreContext } from "./store-context.ts";

/** Jobs that one transaction may touch: at most some ten milliseconds of the lock. */
const CHUNK = 500;

/** For how long one who saves keeps the others from ending an item, in milliseconds: who was killed in it keeps nobody for long. */
const SAVING = 60_000;

/** What an item came to. `left`: nobody saw to it, and no job waits for it any more. */
type Ending = "solved" | "blocked" | "left";

/** Open items and how many jobs wait for each; those that no job waits for are over, whatever their row says. */
const OPEN = `SELECT i.*, COUNT(*) AS cells FROM inbox i JOIN job j ON j.item = i.item AND j.state = 'parked'
  WHERE i.ended_at IS NULL`;

/** What waits, longest first. */
export function openItems(context: StoreContext): InboxItem[] {
  return context.database.rows(`${OPEN} GROUP BY i.item ORDER BY i.since, i.item`).map((row) => itemOf(context, row));
}

/** What stands in the way of asking a surface from a location without an account. Each such job looks, so it counts nothing. */
export function itemAt(context: StoreContext, place: AnonymousPlace): Pick<InboxItem, "id" | "code"> | undefined {
  const sql = "SELECT item, code FROM inbox WHERE subject = ? AND ended_at IS NULL";
  const row = context.database.row(sql, subjectOf(place));
  if (!row || !hasJobs(context, number(row, "item"))) return undefined;
  return { id: number(row, "item"), code: text(row, "code") };
}

/** The item that a job waits for which is being parked: the one that is open, or a new one. Runs inside a transaction. */
export function itemFor(context: StoreContext, job: Row, ending: ParkedEnding): number {
  const { database, now } = context;
  const { account, proxyId, code, message, bagPath } = ending;
  const [surfaceId, locationId] = [text(job, "surface_id"), text(job, "location_id")];
  const subject = account === undefined ? subjectOf({ surfaceId, locationId }) : JSON.stringify({ account });
  const open = database.row("SELECT item, bag_path FROM inbox WHERE subject = ? AND ended_at IS NULL", subject);
  if (open && hasJobs(context, number(open, "item"))) {
    const item = number(open, "item");
    // Whoever met it may come in after those who were only told of it.
    if (optionalText(open, "bag_path") === undefined && bagPath !== undefined) {
      database.change(
        "UPDATE inbox SET bag_path = ?, proxy_id = ?, code = ?, message = ? WHERE item = ?",
        bagPath,
        proxyId ?? null,
        code,
        message,
        item,
      );
    }
    return item;
  }
  if (open) endItem(context, number(open, "item"), "left");
  // Told of an account that was given up: whoever sees to another one of the pool helps it as well.
  const other = ending.forPool ? openItemOfPool(context, poolOf(context, job)) : undefined;
  if (other !== undefined) return other;
  database.change(
    `INSERT INTO inbox (subject, run_id, surface_id, location_id, account, proxy_id, code, message, bag_path, since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    subject,
    text(job, "run_id"),
    surfaceId,
    locationId,
    account ?? null,
    proxyId ?? null,
    code,
    message,
    bagPath ?? null,
    now(),
  );
  return number(database.row("SELECT last_insert_rowid() AS item") ?? {}, "item");
}

/** Ends an item; the jobs that were parked for it wait for a worker again. While `first` runs, nobody else can end it. */
export async function solveItem(context: StoreContext, item: number, first?: () => Promise<void>): Promise<number> {
  if (!first) return closeItem(context, item, { ending: "solved" });
  const { database } = context;
  const saver = randomUUID();
  const isOurs = await database.write(() => {
    if (!isOpen(context, item) || !hasJobs(context, item) || saverOf(context, item) !== undefined) return false;
    updateShared(context, saverKey(item), () => saver, SAVING);
    return true;
  });
  if (!isOurs) return 0;
  try {
    await first();
    return await closeItem(context, item, { ending: "solved", saver });
  } finally {
    await database.write(() =>
      updateShared(context, saverKey(item), (current) => (current === saver ? undefined : current), SAVING),
    );
  }
}

/** Lets the jobs of an item be asked again that any account of their pool will do for. */
export function freePoolJobs(context: StoreContext, item: number): Promise<number> {
  return inChunks(context, "SELECT * FROM job WHERE item = ? AND state = 'parked' AND for_pool = 1", item, (jobs) => {
    for (const job of jobs) askAgain(context, job);
    return jobs.length;
  });
}

/** Ends an item; the cells that were parked for it end as blocked. */
export function blockItem(context: StoreContext, item: number, why: string): Promise<number> {
  return closeItem(context, item, { ending: "blocked", why });
}

/** What an item came to; nothing while a job waits for it. */
export function endingOf(context: StoreContext, item: number): InboxEnding | undefined {
  const row = context.database.row("SELECT ended_at, ending, why FROM inbox WHERE item = ?", item) ?? {};
  const ending = optionalText(row, "ending");
  if (ending === "solved" || ending === "blocked") {
    const why = optionalText(row, "why");
    return why === undefined ? { ending } : { ending, why };
  }
  return ending === undefined && hasJobs(context, item) ? undefined : { ending: "left" };
}

/** Frees the jobs that are parked still for items that are over: a process was killed before it had freed all of them. */
export async function tidyItems(context: StoreContext): Promise<void> {
  const over = context.database.rows(
    `SELECT i.* FROM inbox i WHERE i.ended_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM job j WHERE j.item = i.item AND j.state = 'parked')`,
  );
  for (const row of over) await freeJobsOf(context, row);
}

/** The item is over first, and its jobs are freed after that: none of them is parked for it once more meanwhile. */
async function closeItem(
  context: StoreContext,
  item: number,
  { ending, why, saver }: { readonly ending: Ending; readonly why?: string; readonly saver?: string },
): Promise<number> {
  const row = await context.database.write(() => {
    const other = saverOf(context, item);
    const mayEnd = other === undefined || other === saver;
    return mayEnd && endItem(context, item, ending, why)
      ? context.database.row("SELECT * FROM inbox WHERE item = ?", item)
      : undefined;
  });
  return row ? freeJobsOf(context, row) : 0;
}

/** Who saves what they have brought about at this moment, and ends the item then. */
function saverOf(context: StoreContext, item: number): Json | undefined {
  return readShared(context, saverKey(item));
}

function saverKey(item: number): string {
  return `inbox-saving/${item}`;
}

function isOpen({ database }: StoreContext, item: number): boolean {
  return database.row("SELECT 1 FROM inbox WHERE item = ? AND ended_at IS NULL", item) !== undefined;
}

function endItem({ database, now }: StoreContext, item: number, ending: Ending, why?: string): boolean {
  const sql = "UPDATE inbox SET ended_at = ?, ending = ?, why = ? WHERE item = ? AND ended_at IS NULL";
  return database.change(sql, now(), ending, why ?? null, item) > 0;
}

async function freeJobsOf(context: StoreContext, item: Row): Promise<number> {
  const isBlocked = optionalText(item, "ending") === "blocked";
  const sql = "SELECT * FROM job WHERE item = ? AND state = 'parked'";
  return inChunks(context, sql, number(item, "item"), (jobs) => {
    const heir = isBlocked ? openItemOfPool(context, poolOf(context, item)) : undefined;
    let moved = 0;
    for (const job of jobs) {
      if (heir !== undefined && number(job, "for_pool") === 1) {
        moveTo(context, job, heir);
        moved += 1;
      } else if (isBlocked) block(context, job, item);
      else askAgain(context, job);
    }
    return jobs.length - moved;
  });
}

/** Does something with jobs, a bounded number in each transaction. What is done takes them out of what is selected. */
async function inChunks(
  { database, wake }: StoreContext,
  sql: string,
  item: number,
  settle: (jobs: readonly Row[]) => number,
): Promise<number> {
  let total = 0;
  for (let last = CHUNK; last === CHUNK;) {
    const [selected, settled] = await database.write(() => {
      const jobs = database.rows(`${sql} ORDER BY seq LIMIT ${CHUNK}`, item);
      return [jobs.length, settle(jobs)] as const;
    });
    total += settled;
    last = selected;
  }
  wake();
  return total;
}

/** The oldest item of a pool that is open still. */
function openItemOfPool(context: StoreContext, pool: string | undefined): number | undefined {
  if (pool === undefined) return undefined;
  const open = context.database.rows(
    "SELECT * FROM inbox WHERE ended_at IS NULL AND account IS NOT NULL ORDER BY item",
  );
  const found = open.find((row) => poolOf(context, row) === pool && hasJobs(context, number(row, "item")));
  return found && number(found, "item");
}

/** The pool that a job needs, or the job needed that an item began with. */
function poolOf({ runs }: StoreContext, row: Row): string | undefined {
  return runs.terms(text(row, "run_id")).surfaces.get(text(row, "surface_id"))?.credentialPool;
}

function moveTo({ database }: StoreContext, job: Row, item: number): void {
  database.change("UPDATE job SET item = ? WHERE seq = ?", item, number(job, "seq"));
}

function askAgain({ database, tally }: StoreContext, job: Row): void {
  tally.move(job, "parked", "waiting");
  database.change("UPDATE job SET state = 'waiting', not_before = 0, item = NULL WHERE seq = ?", number(job, "seq"));
}

/** Ends a cell as blocked, with what its own last attempt kept; one that was only told of it names the item's evidence. */
function block(context: StoreContext, job: Row, item: Row): void {
  const last = context.database.row(
    "SELECT code, message, evidence FROM attempt WHERE job_seq = ? AND attempt = ?",
    number(job, "seq"),
    number(job, "attempts"),
  );
  const evidence = evidenceIn(last);
  const code = optionalText(last ?? {}, "code") ?? text(item, "code");
  const bagPath = optionalText(item, "bag_path");
  const seen = evidence || bagPath === undefined ? "" : `; the evidence of it is in ${bagPath}`;
  const message = `${optionalText(item, "why") ?? "blocked"}: ${text(item, "message")}${seen}`;
  endWithout(context, job, "blocked", isErrorCode(code) ? code : "CHALLENGE", message, {
    outcome: "parked",
    ...(evidence ? { evidence } : {}),
  });
}

function evidenceIn(attempt: Row | undefined): JobResult["evidence"] {
  const kept = attempt && optionalText(attempt, "evidence");
  if (kept === undefined) return undefined;
  const evidence: NonNullable<JobResult["evidence"]> = JSON.parse(kept);
  return { ...evidence, capturedAt: new Date(evidence.capturedAt) };
}

function hasJobs({ database }: StoreContext, item: number): boolean {
  return database.row("SELECT 1 FROM job WHERE item = ? AND state = 'parked' LIMIT 1", item) !== undefined;
}

function subjectOf({ surfaceId, locationId }: AnonymousPlace): string {
  return JSON.stringify({ surfaceId, locationId });
}

function itemOf(context: StoreContext, row: Row): InboxItem {
  const [account, proxyId, bagPath] = ["account", "proxy_id", "bag_path"].map((name) => optionalText(row, name));
  const credentialPool = poolOf(context, row);
  return {
    id: number(row, "item"),
    runId: text(row, "run_id"),
    surfaceId: text(row, "surface_id"),
    locationId: text(row, "location_id"),
    ...(account === undefined ? {} : { account }),
    ...(credentialPool === undefined ? {} : { credentialPool }),
    ...(proxyId === undefined ? {} : { proxyId }),
    code: text(row, "code"),
    message: text(row, "message"),
    since: new Date(number(row, "since")),
    ...(bagPath === undefined ? {} : { bagPath }),
    cells: number(row, "cells"),
  };
}
