import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Clock, type Evidence, systemClock } from "@bentham/core";
import { describe, expect, it } from "vitest";
import { createEvidenceCollector } from "../../src/index.ts";
import { bagOf, filesIn, verifyWithSha256sum } from "../support/bags.ts";
import { withProcess } from "../support/with-process.ts";
import { aJob, answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { withFolder } from "../support/with-folder.ts";

const run = promisify(execFile);

const STAGE_AND_STAY = fileURLToPath(new URL("../processes/stage-and-stay.ts", import.meta.url));
const SEAL_FOR_EVER = fileURLToPath(new URL("../processes/seal-for-ever.ts", import.meta.url));

interface Seal {
  readonly jobId?: string;
  readonly runId?: string;
  readonly text?: string;
  readonly clock?: Clock;
}

async function seal(folder: string, { jobId, runId, text, clock }: Seal = {}): Promise<Evidence | undefined> {
  const collector = createEvidenceCollector({ folder, software: SOFTWARE, clock: clock ?? systemClock });
  const job = aJob({ ...(jobId === undefined ? {} : { jobId }), ...(runId === undefined ? {} : { runId }) });
  const recording = await collector.begin(aRequest({ job }));
  return recording.finish(answered(text));
}

function clockAt(now: number): Clock {
  return { ...systemClock, now: () => now };
}

/** Mounts a file system of `size` bytes on a folder. Whether this may be done. */
async function mountTmpfs(folder: string, size: number): Promise<boolean> {
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", folder]);
    return true;
  } catch {
    return false;
  }
}

const mayMount = await (async () => {
  const folder = join(tmpdir(), `bentham-mount-${process.pid}`);
  await mkdir(folder);
  const isMounted = await mountTmpfs(folder, 4096);
  if (isMounted) await run("umount", [folder]);
  await rm(folder, { recursive: true });
  return isMounted;
})();

describe("a sealed bag", () => {
  it("fails its check after any change", async () => {
    await withFolder(async (folder) => {
      const bag = bagOf(folder, await seal(folder));
      await verifyWithSha256sum(bag);
      for (const file of await filesIn(bag)) {
        if (file.startsWith("tagmanifest")) continue; // Its own hash is in the result's row.
        const path = join(bag, file);
        const bytes = await readFile(path);
        await writeFile(path, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
        await expect(verifyWithSha256sum(bag)).rejects.toThrow("sha256sum");
        await truncate(path, bytes.length - 1);
        await expect(verifyWithSha256sum(bag)).rejects.toThrow("sha256sum");
        await writeFile(path, bytes);
      }
      await verifyWithSha256sum(bag);
    });
  });

  it("is inside the evidence folder whatever the ids are, and shares it with no other", async () => {
    const ids = [
      "../x",
      "..",
      ".",
      "",
      "..%2f",
      "a/b",
      "a-b",
      "C:\\x",
      "CON",
      "con",
      "NUL",
      "a\0b",
      "-rf",
      "x".repeat(300),
      "é",
      "e\u0301",
      "É",
      ".staging",
      "/etc/passwd",
      "a\nb",
    ];
    await withFolder(async (outside) => {
      const folder = join(outside, "inner", "evidence");
      const sealed = await Promise.all(ids.flatMap((id) => [seal(folder, { jobId: id }), seal(folder, { runId: id })]));
      expect(sealed.filter((evidence) => evidence?.state !== "complete")).toEqual([]);
      const paths = sealed.map((evidence) => evidence?.bagPath ?? "");
      expect(new Set(paths.map((path) => path.toLowerCase().normalize("NFC")))).toHaveProperty("size", 2 * ids.length);
      for (const path of paths) expect(path).toMatch(/^[a-z0-9_-]+\/[a-z0-9_-]+\/1$/);
      for (const file of await filesIn(outside)) expect(file).toMatch(/^inner\/evidence\/[a-z0-9]/);
      for (const path of paths.slice(0, 6)) await verifyWithSha256sum(join(folder, path));
    });
  });
});

describe("storing a bag", () => {
  it.skipIf(!mayMount)(
    "leaves nothing of it when the disk is full, and works again once there is room (mounts a small disk: needs root)",
    async () => {
      await withFolder(async (folder) => {
        await mountTmpfs(folder, 300_000);
        try {
          const collector = createEvidenceCollector({ folder, software: SOFTWARE });
          const attempt = async (text: string): Promise<Evidence | undefined> => {
            return (await collector.begin(aRequest())).finish(answered(text));
          };
          expect(await attempt("small")).toMatchObject({ state: "complete" });
          const failed = await attempt("x".repeat(400_000));
          expect(failed).toMatchObject({ state: "failed", sha256Hash: "" });
          expect(failed?.reasons?.join()).toMatch(/^ENOSPC: the evidence could not be stored \(\w+\)$/);
          expect(failed).not.toHaveProperty("bagPath");
          expect(await readdir(join(folder, ".staging"))).toEqual([]);
          expect(await attempt("small again")).toMatchObject({ state: "complete" });
          for (const name of ["1", "1-2"]) {
            await verifyWithSha256sum(join(folder, "brand-check-1", aJob().jobId, name));
          }
        } finally {
          await run("umount", [folder]);
        }
      });
    },
  );

  it.skipIf(!mayMount)(
    "says of a folder that cannot be written that it takes no bag (mounts a disk: needs root)",
    async () => {
      await withFolder(async (folder) => {
        await mountTmpfs(folder, 300_000);
        try {
          await run("mount", ["-o", "remount,ro", folder]);
          const failed = await seal(folder);
          expect(failed).toMatchObject({ state: "failed", code: "EVIDENCE_FAILED", reasons: [/^EROFS: /] });
        } finally {
          await run("umount", [folder]);
        }
      });
    },
  );

  it("fails where the folder is none, and where a link would lead out of it", async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, "file"), "");
      expect(await seal(join(folder, "file"))).toMatchObject({ state: "failed", reasons: [/^(EEXIST|ENOTDIR): /] });
    });
    await withFolder(async (folder) => {
      const [inside, outside] = [join(folder, "inside"), join(folder, "outside")];
      await mkdir(inside);
      await mkdir(outside);
      await symlink(outside, join(inside, "brand-check-1"));
      const reasons = ["brand-check-1 in the evidence folder is no folder: move it away"];
      expect(await seal(inside)).toMatchObject({ state: "failed", reasons });
      await symlink(outside, join(inside, "linked"));
      await rm(join(inside, ".staging"), { recursive: true });
      await symlink(outside, join(inside, ".staging"));
      expect(await seal(inside, { runId: "other" })).toMatchObject({ state: "failed", reasons: [/is a link/] });
      expect(await readdir(outside)).toEqual([]);
    });
  });

  it("puts a bag beside whatever else has its name", async () => {
    await withFolder(async (folder) => {
      const job = join(folder, "brand-check-1", aJob().jobId);
      await mkdir(job, { recursive: true });
      await writeFile(join(job, "1"), "a file");
      await symlink(tmpdir(), join(job, "1-2"));
      expect((await seal(folder))?.bagPath).toBe(`brand-check-1/${aJob().jobId}/1-3`);
    });
  });

  it("works on when the evidence folder was removed in between", async () => {
    await withFolder(async (folder) => {
      const collector = createEvidenceCollector({ folder: join(folder, "evidence"), software: SOFTWARE });
      const attempt = async (): Promise<Evidence | undefined> => (await collector.begin(aRequest())).finish(answered());
      await attempt();
      await rm(join(folder, "evidence"), { recursive: true });
      expect(await attempt()).toMatchObject({ state: "failed" });
      expect(await attempt()).toMatchObject({ state: "complete" });
    });
  });
});

describe("a process that is killed", () => {
  it("between staging and renaming leaves no bag, and what it staged is removed by the next one", async () => {
    await withFolder(async (folder) => {
      await withProcess(STAGE_AND_STAY, [folder], "staged", async () => {
        // While it lives, what it stages is left alone.
        await seal(folder, { runId: "other" });
        expect(await readdir(join(folder, ".staging"))).toHaveLength(1);
      });
      expect(await readdir(folder)).toEqual([".staging", "other"]);
      const [left] = await readdir(join(folder, ".staging"));
      expect(await filesIn(join(folder, ".staging", left ?? ""))).toContain("tagmanifest-sha256.txt");
      await seal(folder);
      expect(await readdir(join(folder, ".staging"))).toEqual([]);
    });
  });

  it("at any moment leaves only whole bags", async () => {
    await withFolder(async (folder) => {
      for (const word of ["sealed 1", "sealed 4", "sealed 9"]) await withProcess(SEAL_FOR_EVER, [folder], word);
      const job = join(folder, "brand-check-1", aJob().jobId);
      const bags = await readdir(job);
      expect(bags.length).toBeGreaterThanOrEqual(14);
      for (const bag of bags) await verifyWithSha256sum(join(job, bag));
      await seal(folder);
      expect(await readdir(join(folder, ".staging"))).toEqual([]);
    });
  });
});

describe("sweeping", () => {
  it("leaves alone what other collectors of this process stage", async () => {
    await withFolder(async (folder) => {
      const text = "an answer of some length. ".repeat(50_000);
      const sealed = await Promise.all(Array.from({ length: 16 }, () => seal(folder, { text })));
      for (const evidence of sealed) expect(evidence?.state).toBe("complete");
    });
  });

  it("leaves alone, for a day, what a process of another machine staged", async () => {
    await withFolder(async (folder) => {
      const foreign = join(folder, ".staging", "0123456789ab-1-2-staged-elsewhere");
      await mkdir(foreign, { recursive: true });
      await utimes(foreign, new Date(0), new Date(0));
      await seal(folder, { clock: clockAt(86_400_000) });
      expect(await readdir(join(folder, ".staging"))).toHaveLength(1);
      await seal(folder, { clock: clockAt(86_400_001) });
      expect(await readdir(join(folder, ".staging"))).toEqual([]);
    });
  });
});
