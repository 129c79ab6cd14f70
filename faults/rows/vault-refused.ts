import { chmod, copyFile, lstat, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secretFormsIn, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { writeStudy } from "../support/study.ts";

/** What is done to a vault, or to its identity. */
const SPOILS: readonly (readonly [string, (vault: string, identity: string) => Promise<void>])[] = [
  [
    "one byte changed",
    async (vault) => {
      const bytes = await readFile(vault);
      const last = bytes.length - 1;
      bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
      await writeFile(vault, bytes);
    },
  ],
  ["cut short", (vault) => truncate(vault, 150)],
  ["empty", (vault) => truncate(vault, 0)],
  ["readable for others", (vault) => chmod(vault, 0o644)],
  [
    "a link",
    async (vault) => {
      await rename(vault, `${vault}.elsewhere`);
      await symlink(`${vault}.elsewhere`, vault);
    },
  ],
  ["of another identity", (_, identity) => copyFile(join(identity, "..", "..", "other", "identity.txt"), identity)],
];

export const fault: Fault = {
  id: "vault-refused",
  title: "a vault that was changed, cut short, is readable for others, a link, or of another identity",
  matrix: [38],
  expected:
    "each is refused before anything is asked (exit 5), by a message that names it and holds nothing of it; the file stays as it is; put right, every cell is answered",
  async run() {
    const planned = 3;
    await using desk = await Desk.open();
    await using server = await startLlmServer({ keys: [desk.canary] });
    const set = async (input: string, ...more: readonly string[]): Promise<void> => {
      const args = ["vault", "set", "team", "--host", new URL(server.url).host, ...more];
      expectEqual("exit code of vault set", (await desk.run(args, { input })).code, 0);
    };
    await set(desk.canary);
    await set("ANOTHER-key-of-another-vault", "--dir", "other");
    await writeStudy(desk, { url: server.url, questions: planned, concurrency: 1, credential: "team" });

    const folder = join(desk.folder, ".bentham");
    const [vault, identity] = [join(folder, "vault.age"), join(folder, "identity.txt")];
    const [wholeVault, wholeIdentity] = [await readFile(vault), await readFile(identity)];
    for (const [name, spoil] of SPOILS) {
      await spoil(vault, identity);
      const before = await standing(vault);
      const { code, stdout, stderr } = await desk.run(["run"]);
      expectEqual(`exit code with a vault that is ${name} (${stderr})`, code, 5);
      expectThat(/vault\.age|identity\.txt/.test(stderr), `the message does not name the file: ${stderr}`);
      expectEqual(
        `forms of the key in what is said of a vault that is ${name}`,
        secretFormsIn(stdout + stderr, desk.canary),
        [],
      );
      expectEqual(`the vault that is ${name}, afterwards`, await standing(vault), before);
      await rm(vault);
      await writeFile(vault, wholeVault, { mode: 0o600 });
      await writeFile(identity, wholeIdentity);
    }
    expectEqual("questions until then", server.asks.length, 0);

    const { code, stderr } = await desk.run(["run"]);
    expectEqual(`exit code with the vault put right (${stderr})`, code, 0);
    await rm(`${vault}.elsewhere`, { force: true });
    await checkAllAnswered(desk, { planned, asks: server.asks.length });
    return `${SPOILS.map(([name]) => name).join(", ")}: each refused with exit 5, and untouched`;
  },
};

/** What can be told of a file without opening its secrets: kind, mode, bytes. */
async function standing(path: string): Promise<string> {
  const { mode } = await lstat(path);
  return `${mode.toString(8)} ${(await readFile(path)).toString("base64")}`;
}
