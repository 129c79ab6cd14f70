import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { writeStudy } from "../support/study.ts";

/** Jobs in hand at once. */
const IN_FLIGHT = 2;

export const fault: Fault = {
  id: "vault-replaced",
  title: "a vault that is replaced, and then spoilt, while a run asks with it",
  matrix: [39],
  expected:
    "the next question has the new key, those in flight the old one, and no other; a spoilt vault is refused with a warning and left as it is, and the run goes on with what was last read; every cell is answered",
  run: (scale) => eachScheme(scale, (scheme) => replace(scale, scheme)),
};

async function replace(scale: Scale, scheme: Scheme): Promise<string> {
  const [planned, before] = scale === "full" ? [40, 10] : [12, 3];
  await using desk = await Desk.open();
  const keys = [desk.canary, `NEXT-${randomBytes(12).toString("hex")}`];
  await using server = await startLlmServer({
    ...(await servedOver(desk, scheme)),
    keys,
    scenarios: [{ scenario: { kind: "answer", delayMs: 300 } }],
  });
  const set = async (value = "", ...more: readonly string[]): Promise<void> => {
    const args = ["vault", "set", "team", "--host", new URL(server.url).host, ...more];
    expectEqual("exit code of vault set", (await desk.run(args, { input: value })).code, 0);
  };
  const [file, next] = [".bentham", "next"].map((folder) => join(desk.folder, folder, "vault.age"));
  if (file === undefined || next === undefined) throw new Error("there are two vaults");
  await set(keys[0]);
  await mkdir(join(desk.folder, "next"), { mode: 0o700 });
  await copyFile(join(desk.folder, ".bentham", "identity.txt"), join(desk.folder, "next", "identity.txt"));
  await set(keys[1], "--dir", "next");

  await writeStudy(desk, { url: server.url, questions: planned, concurrency: IN_FLIGHT, credential: "team" });
  const run = desk.start(["run"]);
  await until("the first answers", 60_000, () => server.asks.length >= before);
  await rename(next, file);
  const replacedAt = server.asks.length;
  await until("an answer with the new key", 60_000, () => server.asks.some(({ keyIndex }) => keyIndex === 1));

  const half = (await readFile(file)).subarray(0, 120);
  await writeFile(file, half);
  const { code, stderr } = await withinBound("the run", 120_000, run.ended);
  expectEqual(`exit code (${stderr})`, code, 0);
  expectThat(stderr.includes("what was last read of the vault is used still"), `it does not warn: ${stderr}`);
  expectThat(half.equals(await readFile(file)), "the spoilt vault was changed");

  const used = server.asks.map(({ keyIndex }) => keyIndex);
  const old = used.lastIndexOf(0);
  expectThat(old < replacedAt + IN_FLIGHT, `the old key was used for question ${old + 1}, replaced at ${replacedAt}`);
  expectThat(
    used.every((key) => key !== undefined),
    "a question had neither key",
  );
  await checkAllAnswered(desk, { planned, asks: server.asks.length });
  return `${used.filter((key) => key === 0).length} questions with the old key, ${used.filter((key) => key === 1).length} with the new one`;
}
