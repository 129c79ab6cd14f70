import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordingEnding } from "@bentham/core";
import { describe, expect, it } from "vitest";
import { createEvidenceCollector } from "../../src/index.ts";
import { bagOf, filesIn, readJson, verifyWithSha256sum } from "../support/bags.ts";
import { ENCODINGS } from "../support/encodings.ts";
import { aJob, answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { withFolder } from "../support/with-folder.ts";
import { withServer } from "../support/with-server.ts";

/** A secret of a kind, some with characters that encoders escape. */
function canary(kind: string, suffix = ""): string {
  return `CANARY-${kind}-${randomBytes(9).toString("hex")}${suffix}`;
}

/** Every byte under `folder`, names of files among them. */
async function everythingIn(folder: string): Promise<string> {
  const files = await filesIn(folder);
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file), "latin1")));
  return [...files, ...contents].join("\n");
}

/** In which encodings each secret is in `text`. The middle of it will do: its ends may be shared in base64. */
function leaksIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([kind, secret]) => {
    return Object.entries(ENCODINGS)
      .filter(([, encode]) => text.includes(encode(secret).slice(8, -8)))
      .map(([encoding]) => `${kind} in ${encoding}`);
  });
}

describe("secrets planted in an attempt", () => {
  it("are in no byte of its evidence, in no form", async () => {
    const secrets = {
      bearer: canary("bearer"),
      password: canary("password", 'p"a\\s/s wörd&<?'),
      cookie: canary("cookie", "=="),
      csrf: canary("csrf"),
      queryKey: canary("query-key", "+/="),
      userinfo: canary("userinfo", "@:/"),
      jsonToken: canary("json-token", "\n\t"),
      multipart: canary("multipart", "🔑é"),
      answer: canary("answer", "'$&`"),
    };
    const all = Object.values(secrets);
    const everyForm = all.flatMap((secret) => Object.values(ENCODINGS).map((encode) => encode(secret)));

    await withServer(
      async (request, response) => {
        for await (const _ of request);
        response.setHeader("set-cookie", `session=${encodeURIComponent(secrets.cookie)}`);
        response.setHeader("x-csrf-token", secrets.csrf);
        response.setHeader("x-debug", encodeURIComponent(secrets.password));
        response.setHeader("location", `https://me:${encodeURIComponent(secrets.userinfo)}@host/?key=abc`);
        if (request.url?.startsWith("/json"))
          return void response.end(JSON.stringify({ token: secrets.jsonToken, all }));
        if (request.url?.startsWith("/html")) return void response.end(`<p>${everyForm.join("</p>\n<p>")}</p>`);
        response.end(Buffer.concat([Buffer.from([0xff, 0xfe]), ...everyForm.map((form) => Buffer.from(form))]));
      },
      async (origin) => {
        await withFolder(async (folder) => {
          const job = aJob({
            query: `Is ${secrets.answer} safe?`,
            surface: {
              system: `Key: ${secrets.bearer}`,
              baseURL: `http://u:${encodeURIComponent(secrets.userinfo)}@h/`,
            },
          });
          const collector = createEvidenceCollector({ folder, software: SOFTWARE });
          const recording = await collector.begin(aRequest({ job, proxyId: `proxy ${secrets.bearer}` }, all));
          const recorded = recording.record(fetch);
          const form = new FormData();
          form.set("file", secrets.multipart);
          const key = encodeURIComponent(secrets.queryKey);
          const headers = {
            authorization: `Bearer ${secrets.bearer}`,
            "proxy-authorization": `Basic ${Buffer.from(`u:${secrets.userinfo}`).toString("base64")}`,
            cookie: `session=${secrets.cookie}`,
            "x-anything": secrets.bearer,
          };
          const posts: [string, RequestInit["body"]][] = [
            [`/json?key=${key}&x=${key}`, JSON.stringify({ password: secrets.password, deep: JSON.stringify(all) })],
            [`/html/${key}#${key}`, new URLSearchParams({ password: secrets.password, note: secrets.cookie })],
            ["/binary", form],
          ];
          for (const [path, body] of posts) {
            await (await recorded(`${origin}${path}`, { method: "POST", headers, body: body ?? "" })).bytes();
          }
          await expect(recorded(`http://u:${secrets.userinfo.slice(0, -3)}@127.0.0.1/`)).rejects.toThrow("credentials");
          const ending: RecordingEnding = {
            ...answered(`You said ${everyForm.join(" ")}`, { model: secrets.bearer }),
            error: { code: "INTERNAL", message: `failed with ${everyForm.join(" ")}` },
          };
          const evidence = await recording.finish(ending);

          expect(evidence?.state).toBe("complete");
          const bag = bagOf(folder, evidence);
          await verifyWithSha256sum(bag);
          expect(leaksIn(await everythingIn(folder), secrets)).toEqual([]);
          // What is no secret is still there.
          const har = await readFile(join(bag, "data/network.har"), "utf8");
          expect(har).toContain('"name":"x-debug"');
          expect(har).toContain('{\\"password\\":\\"[REDACTED:');
          expect(await readJson(bag, "data/evidence.json")).toMatchObject({ redaction: { knownValues: 9 } });
        });
      },
    );
  });

  it("go from the places for secrets even where nobody knows them", async () => {
    await withServer(
      (_, response) => void response.setHeader("set-cookie", "id=stranger-1").end("{}"),
      async (origin) => {
        await withFolder(async (folder) => {
          const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(aRequest());
          const init = {
            method: "POST",
            headers: { authorization: "Bearer stranger-2", "x-api-key": "stranger-3" },
            body: new URLSearchParams({ password: "stranger-4", q: "kept" }),
          };
          await (await recording.record(fetch)(`${origin}/?api_key=stranger-5&q=kept`, init)).text();
          const bag = bagOf(folder, await recording.finish(answered()));
          expect(await everythingIn(bag)).not.toContain("stranger");
          expect(await readFile(join(bag, "data/network.har"), "utf8")).toContain("&q=kept");
          expect(await readJson(bag, "data/evidence.json")).toMatchObject({
            redaction: {
              removed: [
                { kind: "field", name: "api_key", where: "exchange 1", count: 1 },
                { kind: "header", name: "authorization", where: "exchange 1", count: 1 },
                { kind: "header", name: "x-api-key", where: "exchange 1", count: 1 },
                { kind: "field", name: "password", where: "exchange 1", count: 1 },
                { kind: "header", name: "set-cookie", where: "exchange 1", count: 1 },
              ],
            },
          });
        });
      },
    );
  });

  it("are marked alike where they are alike, and otherwise by another collector", async () => {
    await withFolder(async (folder) => {
      const marksOf = async (): Promise<string[]> => {
        const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(
          aRequest({}, ["hunter22"]),
        );
        const bag = bagOf(folder, await recording.finish(answered("hunter22, hunter22 and aHVudGVyMjI=")));
        return (await readFile(join(bag, "data/answer.json"), "utf8")).match(/\[REDACTED:[0-9a-f]{8}\]/g) ?? [];
      };
      const [marks, others] = [await marksOf(), await marksOf()];
      expect(marks).toHaveLength(3);
      expect(new Set(marks)).toHaveProperty("size", 1);
      expect(others).not.toContain(marks[0]);
    });
  });

  it("are told of when they are too short to be looked for", async () => {
    await withFolder(async (folder) => {
      const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(aRequest({}, ["1234"]));
      const bag = bagOf(folder, await recording.finish(answered("Call 1234.")));
      expect(await readJson(bag, "data/answer.json")).toMatchObject({ text: "Call 1234." });
      const redaction = { knownValues: 0, knownValuesTooShort: 1, shortestKnownValue: 6 };
      expect(await readJson(bag, "data/evidence.json")).toMatchObject({ redaction });
    });
  });

  it("cost the file they are found in at the last check, and no more", async () => {
    await withFolder(async (folder) => {
      // A name of a member is never rewritten; this one is the archive's alone.
      const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(
        aRequest({}, ["redirectURL"]),
      );
      await (await recording.record(async () => new Response("hello"))("http://127.0.0.1/")).text();
      const evidence = await recording.finish(answered());
      expect(evidence).toMatchObject({
        state: "partial",
        reasons: ["data/network.har: a value that must not be kept was still in it: it was left out"],
      });
      expect(evidence).not.toHaveProperty("harFilePath");
      const bag = bagOf(folder, evidence);
      await verifyWithSha256sum(bag);
      expect(await filesIn(join(bag, "data"))).toEqual(["answer.json", "evidence.json"]);
      const gaps = [{ artefact: "data/network.har", reason: expect.any(String) }];
      expect(await readJson(bag, "data/evidence.json")).toMatchObject({ gaps });
    });
  });

  it("cost the evidence, never the attempt, when the statement itself cannot be freed of them", async () => {
    await withFolder(async (folder) => {
      const recording = await createEvidenceCollector({ folder, software: SOFTWARE }).begin(
        aRequest({}, ["credentialId", "surface"]),
      );
      const evidence = await recording.finish(answered());
      expect(evidence).toMatchObject({
        state: "failed",
        sha256Hash: "",
        reasons: [expect.stringContaining("statement")],
      });
      expect(await filesIn(folder)).toEqual([]);
    });
  });
});
