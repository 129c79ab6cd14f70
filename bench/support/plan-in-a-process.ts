import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { keepHeapSmall } from "@bentham/cli";
import { openSqliteStore } from "@bentham/job-store";
import { loadStudy, planStudy, startRun } from "@bentham/orchestrator";

/** What planning took. */
export interface Planned {
  readonly ms: number;
  /** CPU time of it, which a busy machine stretches less. */
  readonly cpuMs: number;
  /** As many rows of the same ids into a table with one index, in transactions of as many. */
  readonly bareMs: number;
  /** Most memory that the process had, in MB. */
  readonly peakMb: number;
}

keepHeapSmall(); // As the command does.
const [path = "", queries = "0", repeats = "0"] = process.argv.slice(2);
const folder = dirname(path);
await writeQuestions(Number(queries));
await writeFile(
  join(folder, "study.yaml"),
  `name: bench\nqueries: { file: questions.jsonl }\nsurfaces: [{ id: llm, model: small }]\nrepeats: ${repeats}\n`,
);

const [since, before] = [performance.now(), process.cpuUsage()];
const planned = planStudy(await loadStudy(join(folder, "study.yaml")), { surfaces: [{ name: "llm" }] });
const store = await openSqliteStore({ path });
const { run } = await startRun(store, planned, { queueName: "bench" });
await store.close();
const ms = performance.now() - since;
const { user, system } = process.cpuUsage(before);
const peakMb = process.resourceUsage().maxRSS / 1024;

const told: Planned = { ms, cpuMs: (user + system) / 1000, bareMs: bareInserts(run.runId), peakMb };
process.send?.(told);
process.disconnect();

/** Questions of some hundred characters, as they are in the field. */
async function writeQuestions(count: number): Promise<void> {
  const lines: string[] = [];
  for (let number = 1; number <= count; number++) {
    const text = `Question ${number}: which of the running shoes that came out this year last longest on wet roads, and why?`;
    lines.push(JSON.stringify({ id: `q${number}`, text }));
    if (lines.length < 10_000 && number < count) continue;
    await writeFile(join(folder, "questions.jsonl"), `${lines.join("\n")}\n`, { flag: "a" });
    lines.length = 0;
  }
}

function bareInserts(runId: string): number {
  const from = performance.now();
  using database = new DatabaseSync(join(folder, "bare.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE cell (id TEXT UNIQUE, query TEXT)");
  const insert = database.prepare("INSERT INTO cell VALUES (?, ?)");
  let open = 0;
  for (const { jobId, queryId } of planned.cells(runId)) {
    if (open === 0) database.exec("BEGIN");
    insert.run(jobId, queryId);
    open = (open + 1) % 500;
    if (open === 0) database.exec("COMMIT");
  }
  if (open > 0) database.exec("COMMIT");
  return performance.now() - from;
}
