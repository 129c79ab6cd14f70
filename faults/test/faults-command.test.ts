import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { faultsCommand } from "../faults-command.ts";

const HOLDS = rowOf("holds", `async (scale) => "every answer, " + scale`);
const BREAKS = rowOf("breaks", `async () => { throw new Error("an answer twice"); }`);

test("runs every row in full, and tells what was expected and seen", async () => {
  expect(await faults({ "holds.ts": HOLDS })).toEqual({
    code: 0,
    out: ["holds: what is broken", "  expected  what must hold", "  seen      every answer, full", "  ok\n", "1 ok"],
    errors: [],
  });
});

test("goes on after a row that failed, and ends with 1", async () => {
  const { code, out } = await faults({ "breaks.ts": BREAKS, "holds.ts": HOLDS });
  expect(code).toBe(1);
  expect(out).toContain("  seen      an answer twice");
  expect(out.filter((line) => line.startsWith("  failed") || line.startsWith("  ok"))).toEqual([
    "  failed\n",
    "  ok\n",
  ]);
  expect(out.at(-1)).toBe("1 ok, 1 failed: breaks");
});

test("runs only the rows that are named", async () => {
  const { code, out } = await faults({ "breaks.ts": BREAKS, "holds.ts": HOLDS }, "holds");
  expect({ code, last: out.at(-1) }).toEqual({ code: 0, last: "1 ok" });
});

test("names the nearest row when there is none of that name", async () => {
  const { code, errors } = await faults({ "breaks.ts": BREAKS, "holds.ts": HOLDS }, "hold");
  expect(code).toBe(2);
  expect(errors).toEqual(['error: no row is called "hold", did you mean "holds"? There are: breaks, holds']);
});

test("says so when there are no rows", async () => {
  expect(await faults({})).toEqual({ code: 0, out: ["the fault matrix has no rows yet"], errors: [] });
});

test("refuses a row whose id is not its file's name", async () => {
  await expect(faults({ "other.ts": HOLDS })).rejects.toThrow('rows/other.ts exports no `fault` with the id "other"');
});

function rowOf(id: string, run: string): string {
  return `export const fault = { id: "${id}", title: "what is broken", expected: "what must hold", run: ${run} };`;
}

async function faults(
  files: Readonly<Record<string, string>>,
  ...asked: readonly string[]
): Promise<{ code: number; out: string[]; errors: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "bentham-rows-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const out: string[] = [];
  const errors: string[] = [];
  const code = await faultsCommand(folder, asked, {
    log: (line: string) => out.push(line),
    error: (line: string) => errors.push(line),
  });
  return { code, out, errors };
}
