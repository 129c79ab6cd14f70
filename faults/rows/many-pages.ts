import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { expectAllAnswered, expectEqual, expectThat } from "../support/check.ts";
import { checkNothingLeft, startChat, writePageStudy } from "../support/pages.ts";
import { sizeOfTree, type TreeSize } from "../support/process-tree.ts";
import { questionOf } from "../support/study.ts";

/** Growth after warm-up that is noise, as a factor of the median. */
const NOISE = 1.25;

/** A moment of the run. */
interface Moment extends TreeSize {
  readonly answered: number;
  /** Files below `run/`, where browsers keep theirs. */
  readonly files: number;
}

export const fault: Fault = {
  id: "many-pages",
  title: "many pages are asked, one after the other and two at a time",
  matrix: [46],
  inEveryTest: true,
  expected: "memory, processes and temporary files stay flat after warm-up, and nothing is left after the end",
  async run(scale) {
    const count = scale === "full" ? 100 : 6;
    await using desk = await Desk.open();
    await using chat = await startChat(desk);
    const questions = Array.from({ length: count }, (_, index) => questionOf(index + 1));
    await writePageStudy(desk, { chat, questions });
    const started = desk.start(["run", "study.yaml"]);
    const [ended, moments] = await Promise.all([started.ended, watch(desk, started, () => chat.asks().length)]);
    expectEqual(`exit code (${ended.stderr})`, ended.code, 0);
    expectAllAnswered(await desk.ledger(), count);
    await checkNothingLeft(desk, readdir);
    if (scale === "small") return `${count} pages, nothing left`;
    const [early, late] = [between(moments, 0.25, 0.5), between(moments, 0.75, 1)];
    return ["megabytes", "processes", "files"]
      .map((what) =>
        flat(
          what,
          median(early.map((moment) => valueOf(moment, what))),
          median(late.map((moment) => valueOf(moment, what))),
        ),
      )
      .join(", ");
  },
};

async function watch(desk: Desk, { process, ended }: Started, answered: () => number): Promise<Moment[]> {
  const moments: Moment[] = [];
  const progress = { isOver: false };
  void ended.then(() => (progress.isOver = true));
  while (!progress.isOver) {
    const size = await sizeOfTree(process.pid ?? 0);
    const files = await filesBelow(join(desk.folder, ".bentham", "run"));
    moments.push({ ...size, answered: answered(), files });
    await sleep(250);
  }
  return moments;
}

async function filesBelow(folder: string): Promise<number> {
  try {
    return (await readdir(folder, { recursive: true })).length;
  } catch {
    return 0; // It is made with the first browser, and browsers remove theirs at any moment.
  }
}

/** The moments between two shares of the whole run. */
function between(moments: readonly Moment[], from: number, to: number): Moment[] {
  return moments.slice(Math.floor(moments.length * from), Math.floor(moments.length * to));
}

function valueOf(moment: Moment, what: string): number {
  return what === "megabytes" ? moment.megabytes : what === "processes" ? moment.processes : moment.files;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function flat(what: string, early: number, late: number): string {
  const words = `${what} ${Math.round(early)} -> ${Math.round(late)}`;
  expectThat(late <= early * NOISE, `${words}: it grows`);
  return words;
}
