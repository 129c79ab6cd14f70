import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ObjectStore, spawnLlmServer, startObjectStore } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { CANARY, Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";

const CONCURRENCY = 8;

export const fault: Fault = {
  id: "evidence-store",
  title: "the store of evidence is away for a run that is killed, and fails halfway, in every way, when it is back",
  expected:
    "every cell is answered and nothing asked again; exit 16 until the same command has copied every bag; never half a bag",
  async run(scale) {
    const planned = scale === "full" ? 120 : 12;
    await using server = await spawnLlmServer();
    await using desk = await Desk.open();
    const gone = await startObjectStore();
    await gone[Symbol.asyncDispose]();
    await writeCanaryStudy(desk, {
      url: server.url,
      questions: planned,
      concurrency: CONCURRENCY,
      configuration: `evidence: { store: { kind: s3, endpoint: "${gone.url}", bucket: ${gone.bucket} } }`,
    });
    // The secret that must be nowhere is the store's, too.
    const environment = { AWS_ACCESS_KEY_ID: "AKSTORE", AWS_SECRET_ACCESS_KEY: desk.canary };

    const nth = Math.floor(planned / 2);
    const killed = desk.start(["run", "study.yaml"], {
      environment,
      breakAt: { event: "evidence:seal", nth, how: "kill" },
    });
    expectEqual("signal", (await killed.ended).signal, "SIGKILL");
    const away = await desk.run(["run", "study.yaml"], { environment });
    expectEqual(`exit code while the store is away (${away.stderr})`, away.code, 16);
    expectThat(/\d+ bags wait to be copied/.test(away.stderr), `it tells ${away.stderr}`);
    const asks = (await server.asks()).length;
    expectThat(asks <= planned + CONCURRENCY, `${asks} asks for ${planned} cells`);

    const account = { accessKeyId: "AKSTORE", secretAccessKey: desk.canary, region: "us-east-1" };
    await using objects = await startObjectStore({ port: Number(new URL(gone.url).port), account });
    const codes = await copyThroughFaults(desk, objects, environment);
    expectEqual("asks after the store was back", (await server.asks()).length, asks);
    await checkAllAnswered(desk, { planned, asks, killed: CONCURRENCY });
    const files = await compareStore(desk, objects);
    const verified = await desk.run(["verify", "--store"], { environment });
    expectEqual(`exit code of verify (${verified.stdout})`, verified.code, 0);
    expectThat(!secretIn(objects, desk), `a secret of ${CANARY} is in the store`);
    return `${asks} asks, ${planned} answered; exit codes ${codes.join(", ")} until ${files} files were copied`;
  },
};

/** What goes wrong in one start of the command after the other; the last one meets no fault. */
const STAGES: readonly Parameters<ObjectStore["setFaults"]>[0][] = [
  [{ kind: "status", status: 503, code: "SlowDown", method: "PUT", key: "tagmanifest-sha256.txt" }],
  [{ kind: "status", status: 507, code: "XMinioStorageFull", method: "PUT", key: "network.har" }],
  [
    { kind: "reset-in-body", method: "PUT", nth: [2, 9, 17] },
    { kind: "lost-answer", method: "PUT", nth: [4, 11, 30] },
    { kind: "status", status: 500, code: "InternalError", method: "PUT", nth: [6, 20, 21] },
  ],
];

async function copyThroughFaults(
  desk: Desk,
  objects: ObjectStore,
  environment: Readonly<Record<string, string>>,
): Promise<(number | null)[]> {
  const codes: (number | null)[] = [];
  for (const faults of STAGES) {
    objects.setFaults(faults);
    const { code, stdout, stderr } = await desk.run(["run", "study.yaml"], { environment });
    codes.push(code);
    expectThat(stdout.includes("has ended"), `it tells ${stdout} ${stderr}`);
  }
  expectEqual("exit codes", codes, [16, 16, 0]);
  return codes;
}

/** Compares every file of the store with the evidence folder's. Gives how many there are. */
async function compareStore(desk: Desk, objects: ObjectStore): Promise<number> {
  const evidence = join(desk.folder, ".bentham", "evidence");
  const entries = await readdir(evidence, { recursive: true, withFileTypes: true });
  const kept = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(evidence.length + 1))
    .filter((file) => !file.startsWith("."));
  const stored = objects.objects();
  expectEqual(
    "files in the store",
    stored.map(({ key }) => key),
    kept.toSorted(),
  );
  for (const { key, bytes } of stored) {
    expectThat(bytes.equals(await readFile(join(evidence, key))), `${key} is another file in the store`);
    expectEqual(`versions of ${key}`, objects.versionsOf(key).length, 1);
  }
  return stored.length;
}

function secretIn(objects: ObjectStore, { canary }: Desk): boolean {
  return objects.objects().some(({ bytes }) => bytes.includes(canary));
}
