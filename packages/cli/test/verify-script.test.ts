import { execFile, spawnSync } from "node:child_process";
import { appendFile, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "@bentham/core";
import { startLlmServer, startTimeStampAuthority, type TimeStampAuthority } from "@bentham/testbed";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

const script = join(import.meta.dirname, "../../../docs/verify-evidence.sh");
const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;

/** All that the script may use: no Node among it. */
const TOOLS = "sh sha256sum openssl find sed cut grep sort mktemp rm dirname basename date";

const FORTY_DAYS = 40 * 86_400_000;

describe.runIf(hasOpenssl)("the script of the documentation, without Bentham and Node", () => {
  let authority: TimeStampAuthority;
  let desk: CommandDesk;
  let evidence: string;

  /** Two roots, stamped forty days ago: the authority's certificate has expired since. */
  beforeAll(async () => {
    await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
    authority = await startTimeStampAuthority({ clock: { ...systemClock, now: () => systemClock.now() - FORTY_DAYS } });
    desk = await CommandDesk.open();
    await desk.writeStudy(server.url, 3);
    await desk.write("authority.pem", authority.certificate);
    const timestamps = `timestamps: { url: "${authority.url}", authorities: [authority.pem] }`;
    await desk.write("bentham.config.yaml", `allowPrivate: true\n${timestamps}\n`);
    await desk.run(["run"]);
    await authority.behave("away");
    await desk.run(["retry"]);
    await openssl("ec", "-in", ".bentham/signing-key.pem", "-pubout", "-out", "key.pem");
    await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "other.pem");
    await openssl("ec", "-in", "other.pem", "-pubout", "-out", "other-public.pem");
    await mkdir(join(desk.folder, "tools"));
    for (const tool of TOOLS.split(" ")) {
      const { stdout } = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" });
      await symlink(stdout.trim(), join(desk.folder, "tools", tool));
    }
  });
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await authority[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    evidence = join(desk.folder, "a copy");
    await rm(evidence, { recursive: true, force: true });
    await cp(join(desk.folder, ".bentham/evidence"), evidence, { recursive: true });
  });

  async function openssl(...args: readonly string[]): Promise<void> {
    await promisify(execFile)("openssl", args, { cwd: desk.folder });
  }

  function check(...files: readonly string[]): readonly [number | null, string, string] {
    const { status, stdout, stderr } = spawnSync("sh", [script, "a copy", ...files], {
      cwd: desk.folder,
      env: { PATH: join(desk.folder, "tools") },
      encoding: "utf8",
    });
    return [status, stdout, stderr];
  }

  test("finds nothing wrong with what nobody touched, and tells which root waits for its time stamp", () => {
    const waits = "a copy/study-1/root-0002: waits for its time stamp\n";
    expect(check()).toEqual([0, "6 bags are whole\n", waits]);
    expect(check("key.pem")).toEqual([0, "6 bags are whole\n", waits]);
  });

  test.each([
    [
      "a byte more in a file",
      "files are not as manifest-sha256.txt says",
      (run: string) => appendFile(`${run}/root-0001/data/cells.jsonl`, " "),
    ],
    [
      "a root that is gone",
      "the root before it is not the one that it names",
      (run: string) => rm(`${run}/root-0001`, { recursive: true }),
    ],
    ["a file that was added", "no manifest names it", (run: string) => writeFile(`${run}/root-0001/note.txt`, "")],
    ["a link", "is no plain file", (run: string) => symlink("/etc/hosts", `${run}/root-0001/data/link`)],
    [
      "a stamp of another root",
      "root-0002/tagmanifest-sha256.txt.tsr: is no time stamp of it",
      async (run: string) => {
        for (const file of ["tagmanifest-sha256.txt.tsr", "tsa-chain.pem"])
          await cp(`${run}/root-0001/${file}`, `${run}/root-0002/${file}`);
      },
    ],
    [
      "a stamp that is gone",
      "root-0001/tagmanifest-sha256.txt.tsr: is not there",
      (run: string) => rm(`${run}/root-0001/tagmanifest-sha256.txt.tsr`),
    ],
    [
      "a manifest that is gone",
      "files are not as manifest-sha256.txt says",
      (run: string) => rm(`${run}/root-0001/manifest-sha256.txt`),
    ],
    [
      "another key",
      "is not signed by its own key",
      (run: string) => cp(join(desk.folder, "other-public.pem"), `${run}/root-0001/key.pem`),
    ],
  ] as const)("finds %s", async (_what, found, tamper) => {
    await tamper(join(evidence, "study-1"));
    const [status, out] = check();
    expect([status, out]).toEqual([20, expect.stringContaining(found)]);
  });

  test("finds that another key signed it, and another authority stamped it", async () => {
    expect(check("other-public.pem")).toEqual([20, expect.stringContaining("is not signed by"), expect.any(String)]);
    const [status, out] = check("key.pem", "authority.pem");
    expect([status, out.match(/root-0002.*was to be stamped|root-0001.*no time stamp/g)]).toEqual([
      20,
      [expect.stringContaining("root-0002")],
    ]);
    await using other = await startTimeStampAuthority();
    await desk.write("elsewhere.pem", other.certificate);
    expect(check("key.pem", "elsewhere.pem")[1]).toMatch(
      /root-0001\/\S+tsr: is no time stamp of it that leads to \S+elsewhere.pem/,
    );
  });

  test("takes a tombstone for the bag that it stands for, and finds one that another key signed", async () => {
    await desk.run(["prune", "study", "--superseded", "--yes"]);
    await rm(evidence, { recursive: true });
    await cp(join(desk.folder, ".bentham/evidence"), evidence, { recursive: true });
    expect(check("key.pem")).toEqual([0, "5 bags are whole\n", expect.any(String)]);
    expect(check("other-public.pem")[1]).toContain("its tombstone is not signed by");
  });
});
