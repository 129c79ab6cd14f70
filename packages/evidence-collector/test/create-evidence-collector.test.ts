import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock, RecordingEnding, RecordingRequest } from "@bentham/core";
import { canonicalJson, type Evidence } from "@bentham/core";
import { describe, expect, it } from "vitest";
import { createEvidenceCollector } from "../src/index.ts";
import { bagOf, filesIn, readJson, verifyWithSha256sum } from "./support/bags.ts";
import { harFaults } from "./support/har.ts";
import { aJob, answered, aRequest, SOFTWARE } from "./support/requests.ts";
import { withFolder } from "./support/with-folder.ts";
import { withServer } from "./support/with-server.ts";

const FILES = [
  "bag-info.txt",
  "bagit.txt",
  "data/answer.json",
  "data/evidence.json",
  "data/network.har",
  "manifest-sha256.txt",
  "tagmanifest-sha256.txt",
];

/** A clock that stands at noon, for texts that can be foretold. */
const NOON: Clock = {
  now: () => Date.UTC(2026, 10, 23, 12),
  monotonic: () => 0,
  sleep: async () => undefined,
};

/** Records one exchange with a server that says hello, and finishes. */
async function collect(
  folder: string,
  request: RecordingRequest,
  ending: RecordingEnding = answered(),
  clock?: Clock,
): Promise<Evidence | undefined> {
  const collector = createEvidenceCollector({ folder, software: SOFTWARE, ...(clock ? { clock } : {}) });
  return withServer(
    (_, response) => void response.setHeader("content-type", "application/json").end('{"hello":"world"}'),
    async (origin) => {
      const recording = await collector.begin(request);
      const response = await recording.record(fetch)(`${origin}/v1`, { method: "POST", body: "{}" });
      await response.text();
      return recording.finish(ending);
    },
  );
}

describe("createEvidenceCollector", () => {
  it("seals a bag that stock tools verify", async () => {
    await withFolder(async (folder) => {
      const evidence = await collect(folder, aRequest());
      const bag = bagOf(folder, evidence);
      expect(await filesIn(bag)).toEqual(FILES);
      await verifyWithSha256sum(bag);
      expect(await readFile(join(bag, "bagit.txt"), "utf8")).toBe(
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
      );
      const tagManifest = await readFile(join(bag, "tagmanifest-sha256.txt"));
      expect(evidence).toEqual({
        sha256Hash: createHash("sha256").update(tagManifest).digest("hex"),
        capturedAt: expect.any(Date),
        bagPath: "brand-check-1/0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f/1",
        harFilePath: "brand-check-1/0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f/1/data/network.har",
        state: "complete",
        check: { network: "not-available", page: "not-available" },
      });
    });
  });

  it("says in the bag who asked what, when and how", async () => {
    await withFolder(async (folder) => {
      const job = aJob({
        repeat: 2,
        surface: { model: "gpt-5", baseURL: "https://user:word@host/v1?key=abcdef", temperature: 0 },
        gates: { minLength: 20 },
      });
      const request = aRequest({ job, attempt: 3, proxyId: "us-1", credentialId: "team/1", sessionId: "s-1" });
      const bag = bagOf(folder, await collect(folder, request, answered(), NOON));
      const raw = await readFile(join(bag, "data/evidence.json"), "utf8");
      const statement = JSON.parse(raw);
      expect(canonicalJson(statement)).toBe(raw);
      expect(statement).toEqual({
        format: "bentham-evidence/1",
        level: "full",
        job: {
          jobId: job.jobId,
          runId: "brand-check-1",
          studyId: "brand-check",
          queryId: "q1",
          surfaceId: "openai-api",
          locationId: "direct",
          repeat: 2,
          attempt: 3,
        },
        query: "Which running shoes last longest?",
        surface: {
          model: "gpt-5",
          baseURL: expect.stringMatching(/^https:\/\/\[REDACTED:\w{8}\]@host\/v1\?key=\[REDACTED:\w{8}\]$/),
          temperature: 0,
        },
        gates: { minLength: 20 },
        adapter: { name: "openai", version: "1" },
        collector: { ...SOFTWARE, node: process.version },
        signature: "none",
        proxyId: "us-1",
        sessionId: "s-1",
        credentialId: "team/1",
        startedAt: "2026-11-23T12:00:00.000Z",
        endedAt: "2026-11-23T12:00:00.000Z",
        durationMs: 0,
        steps: [
          { step: "record", atMs: 0 },
          { step: "first response", atMs: 0 },
          { step: "answered", atMs: 0 },
        ],
        outcome: "answered",
        check: {
          normalisation: "bentham-words/1",
          network: { state: "not-available", reason: expect.stringContaining("stands in no exchange") },
          page: { state: "not-available", reason: "there is no page" },
        },
        hosts: [
          {
            host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
            clockAheadMs: { least: expect.any(Number), most: expect.any(Number) },
          },
        ],
        exchanges: [
          {
            method: "POST",
            url: expect.stringMatching(/\/v1$/),
            requestBytes: 2,
            status: 200,
            responseBytes: 17,
            startedAt: "2026-11-23T12:00:00.000Z",
            waitMs: 0,
            receiveMs: 0,
            ending: "complete",
          },
        ],
        bodies: expect.any(String),
        artefacts: ["data/answer.json", "data/network.har"].map((path) => {
          return { path, mediaType: "application/json", bytes: expect.any(Number), sha256: expect.any(String) };
        }),
        gaps: [],
        redaction: {
          knownValues: 0,
          knownValuesTooShort: 0,
          shortestKnownValue: 6,
          removed: [
            { kind: "userinfo", name: "", where: "statement", count: 1 },
            { kind: "field", name: "key", where: "statement", count: 1 },
          ],
        },
      });
      const info = await readFile(join(bag, "bag-info.txt"), "utf8");
      expect(info).toContain(`External-Identifier: ${job.jobId}/3\n`);
      expect(info).toContain("Bagging-Date: 2026-11-23\n");
    });
  });

  it("keeps the answer to the last code unit", async () => {
    const text = "\ufeffNUL \0, RTL \u202eabc, 👩‍👩‍👧 ZWJ, lone \ud800, line\u2028separator, e\u0301 é \r\n end\ufeff";
    const citations = [{ url: "https://example.org/?token=public", title: "T", start: 0, end: 3 }];
    const ending = answered(text, { tokenCount: Infinity, model: "gpt-5", finishReason: "stop", citations });
    await withFolder(async (folder) => {
      const bag = bagOf(folder, await collect(folder, aRequest(), ending));
      expect(await readJson(bag, "data/answer.json")).toEqual({
        text,
        responseTimeMs: 1200,
        tokenCount: "Infinity", // A number that JSON cannot hold must not cost the evidence.
        model: "gpt-5",
        finishReason: "stop",
        citations,
      });
    });
  });

  it("keeps no exchange's content at level metadata", async () => {
    await withFolder(async (folder) => {
      const evidence = await collect(folder, aRequest({ level: "metadata" }));
      const bag = bagOf(folder, evidence);
      expect(await filesIn(bag)).toEqual(FILES.filter((file) => file !== "data/network.har"));
      await verifyWithSha256sum(bag);
      expect(evidence).toMatchObject({ state: "complete" });
      expect(evidence).not.toHaveProperty("harFilePath");
      const exchanges = [{ requestBytes: 2, responseBytes: 17, status: 200 }];
      expect(await readJson(bag, "data/evidence.json")).toMatchObject({ level: "metadata", exchanges });
    });
  });

  it("keeps nothing at level none, and still bounds what is read", async () => {
    await withFolder(async (folder) => {
      expect(await collect(folder, aRequest({ level: "none" }))).toBeUndefined();
      expect(await filesIn(folder)).toEqual([]);
      const collector = createEvidenceCollector({ folder, software: SOFTWARE, maxBodyBytes: 10 });
      await withServer(
        (_, response) => void response.end("01234567890"),
        async (origin) => {
          const recording = await collector.begin(aRequest({ level: "none" }));
          const response = await recording.record(fetch)(origin);
          await expect(response.text()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
        },
      );
    });
  });

  it("keeps the evidence of a failure, with what there was of an answer", async () => {
    await withFolder(async (folder) => {
      const error = { code: "TRUNCATED_RESPONSE", message: "the stream ended early" };
      const bag = bagOf(
        folder,
        await collect(folder, aRequest(), { outcome: "failed", error, partialText: "Half of" }),
      );
      expect(await readJson(bag, "data/evidence.json")).toMatchObject({ outcome: "failed", error });
      expect(await readJson(bag, "data/answer.json")).toEqual({ partialText: "Half of" });
    });
    await withFolder(async (folder) => {
      const error = { code: "RATE_LIMITED", message: "429 from https://u:p@host/?key=abc" };
      const evidence = await collect(folder, aRequest(), { outcome: "deferred", error });
      expect(evidence?.state).toBe("complete");
      const bag = bagOf(folder, evidence);
      expect(await filesIn(bag)).toEqual(FILES.filter((file) => file !== "data/answer.json"));
      const message = expect.stringMatching(/^429 from https:\/\/\[REDACTED:\w+\]@host\/\?key=\[REDACTED:\w+\]$/);
      expect(await readJson(bag, "data/evidence.json")).toMatchObject({ error: { message } });
    });
  });

  it("says so when it could not keep all of an exchange", async () => {
    const begun = Promise.withResolvers<void>();
    await withServer(
      (request, response) => {
        response.write("0123456789");
        if (request.url === "/large") response.end("and more");
        else begun.resolve();
      },
      async (origin) => {
        await withFolder(async (folder) => {
          const collector = createEvidenceCollector({ folder, software: SOFTWARE, maxBodyBytes: 10 });
          const recording = await collector.begin(aRequest());
          const recorded = recording.record(fetch);
          await expect((await recorded(`${origin}/large`)).text()).rejects.toThrow("over 10 bytes");
          const open = await recorded(`${origin}/open`);
          await begun.promise;
          const evidence = await recording.finish(answered());
          await open.body?.cancel();
          expect(evidence).toMatchObject({
            state: "partial",
            reasons: [
              "data/network.har: response 1 was larger than is kept, and is cut",
              "data/network.har: response 2 had not been read to its end",
            ],
          });
          const bag = bagOf(folder, evidence);
          await verifyWithSha256sum(bag);
          expect(await readJson(bag, "data/evidence.json")).toMatchObject({ gaps: [{}, {}] });
        });
      },
    );
  });

  it("writes a valid HTTP archive, in which bodies keep every byte", async () => {
    const binary = Buffer.from([0, 255, 254, 128, 10]);
    await withServer(
      async (request, response) => {
        for await (const _ of request);
        if (request.url === "/gone") return void response.destroy();
        response.setHeader("set-cookie", ["a=1", "b=2"]);
        if (request.url === "/moved") return void response.writeHead(302, { location: "/v1?key=abcdef" }).end();
        response.end(request.url === "/binary" ? binary : "\ufeffdata: é\n\n");
      },
      async (origin) => {
        await withFolder(async (folder) => {
          const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(aRequest());
          const recorded = recording.record(fetch);
          await (await recorded(`${origin}/text?q=a+b&q=%C3%A9`)).text();
          await (await recorded(`${origin}/binary`, { method: "POST", body: binary })).bytes();
          await (await recorded(`${origin}/moved`, { redirect: "manual" })).text();
          await expect(recorded(`${origin}/gone`)).rejects.toThrow("fetch failed");
          const bag = bagOf(folder, await recording.finish(answered()));
          const har = await readJson(bag, "data/network.har");
          expect(harFaults(har)).toEqual([]);
          const base64 = binary.toString("base64");
          const pairs = [
            { name: "q", value: "a b" },
            { name: "q", value: "é" },
          ];
          expect(har).toMatchObject({
            log: {
              creator: SOFTWARE,
              entries: [
                { request: { queryString: pairs }, response: { content: { size: 13, text: "\ufeffdata: é\n\n" } } },
                {
                  request: { postData: { text: base64, _encoding: "base64" } },
                  response: { content: { size: 5, text: base64, encoding: "base64" } },
                },
                { response: { status: 302, redirectURL: expect.stringMatching(/^\/v1\?key=\[REDACTED:\w+\]$/) } },
                { response: { status: 0 }, _ending: "failed", _error: expect.stringContaining("fetch failed") },
              ],
            },
          });
        });
      },
    );
  });

  it("puts a job without a run under its study", async () => {
    await withFolder(async (folder) => {
      const { runId: _, ...job } = aJob();
      expect((await collect(folder, aRequest({ job })))?.bagPath).toBe(`brand-check/${job.jobId}/1`);
    });
  });

  it("never touches a bag that is there, and puts the next one beside it", async () => {
    await withFolder(async (folder) => {
      const first = await collect(folder, aRequest(), answered("one"));
      const later = await Promise.all([1, 2, 3].map(() => collect(folder, aRequest(), answered("two"))));
      const names = later.map((evidence) => evidence?.bagPath?.split("/").at(-1));
      expect(new Set(names)).toEqual(new Set(["1-2", "1-3", "1-4"]));
      expect(await readJson(bagOf(folder, first), "data/answer.json")).toMatchObject({ text: "one" });
      for (const evidence of [first, ...later]) await verifyWithSha256sum(bagOf(folder, evidence));
    });
  });

  it("writes nothing of a recording that is discarded, and leaves a sealed one alone", async () => {
    await withFolder(async (folder) => {
      const collector = createEvidenceCollector({ folder, software: SOFTWARE });
      const discarded = await collector.begin(aRequest());
      await discarded.discard();
      await discarded.discard();
      expect(await discarded.finish(answered())).toBeUndefined();
      expect(await filesIn(folder)).toEqual([]);

      const sealed = await collector.begin(aRequest());
      const finishing = sealed.finish(answered());
      await sealed.discard();
      const evidence = await finishing;
      await sealed.discard();
      expect(await sealed.finish(answered("late"))).toBe(evidence);
      expect(await filesIn(bagOf(folder, evidence))).toHaveLength(FILES.length);
    });
  });

  it.each([
    [{ folder: "" }, "folder must"],
    [{ maxBodyBytes: 0 }, "maxBodyBytes must be a whole number of bytes from 1"],
    [{ maxBodyBytes: Number.NaN }, "and is NaN"],
    [{ maxBodyBytes: Infinity }, "and is Infinity"],
  ])("refuses the options %j", (part, message) => {
    const create = (): unknown => createEvidenceCollector({ folder: "evidence", software: SOFTWARE, ...part });
    expect(create).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
    );
  });
});
