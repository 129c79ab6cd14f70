import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { WARCParser, type WARCRecord } from "warcio";
import { expect, test } from "vitest";
import { createEvidenceCollector, readBag } from "../../src/index.ts";
import { type ArchivedBag, writeWacz } from "../../src/replay/write-wacz.ts";
import { readZip, type ReadMember } from "../support/read-zip.ts";
import { aJob, answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { withFolder } from "../support/with-folder.ts";
import { withServer } from "../support/with-server.ts";

const IMAGE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 13, 10, 26, 10, 0x80]);

test("the records of a web archive are the exchanges of its bags, read back by warcio byte for byte", async () => {
  await withFolder(async (folder) => {
    const paths = [await recorded(folder, 1), await recorded(folder, 2)];
    const members = await archived(folder, paths);
    const records = await recordsIn(members.get("archive/data-0001.warc.gz"));
    for (const type of ["response", "request"] as const) {
      const expected = (await Promise.all(paths.map((path) => bodiesInHar(folder, path, type)))).flat();
      const found = records.filter(({ record }) => record.warcType === type);
      expect(found.map(({ record, payload }) => [record.warcTargetURI, payload.toString("hex")])).toEqual(expected);
    }
    const [first] = records.filter(({ record }) => record.warcType === "response");
    expect([first?.record.httpHeaders?.statusCode, first?.record.warcDate]).toEqual([200, expect.stringMatching(/Z$/)]);
  });
});

test("every line of the index leads to its record, and every member has the hash that the package names", async () => {
  await withFolder(async (folder) => {
    const members = await archived(folder, [await recorded(folder, 1)]);
    const archive = members.get("archive/data-0001.warc.gz")?.bytes ?? Buffer.of();
    const lines = textOf(members, "indexes/data-0001.cdxj").trimEnd().split("\n");
    expect(lines).toEqual(lines.toSorted((one, other) => (one < other ? -1 : 1)));
    for (const line of lines) {
      const { url, offset, length, digest } = JSON.parse(line.slice(line.indexOf("{")));
      const record = gunzipSync(archive.subarray(Number(offset), Number(offset) + Number(length))).toString("latin1");
      expect(record).toContain(`WARC-Target-URI: ${url}\r\n`);
      expect(record).toContain(`WARC-Payload-Digest: sha256:${digest}\r\n`);
    }
    expect(lines.find((line) => line.includes("/ask?"))).toMatch(
      /^\S+\)\/ask\?__wb_method=post&model=%c3%a9&q=why\+1%3f \d{14} /,
    );
    const { resources } = JSON.parse(textOf(members, "datapackage.json"));
    expect(resources).toHaveLength(3);
    for (const { path, hash, bytes } of resources) {
      expect([path, hash, bytes]).toEqual([path, sha256Of(members.get(path)?.bytes), members.get(path)?.bytes.length]);
    }
    expect(JSON.parse(textOf(members, "datapackage-digest.json"))).toEqual({
      path: "datapackage.json",
      hash: sha256Of(members.get("datapackage.json")?.bytes),
    });
    expect(Array.from(members.values(), ({ method }) => method)).toEqual([0, 0, 0, 0, 0]);
  });
});

test("pages have the question as their title, and what an answer holds is shown as text", async () => {
  await withFolder(async (folder) => {
    const path = await recorded(folder, 1, "<img src=x onerror=alert(1)>");
    const members = await archived(folder, [path]);
    const [head, view, page] = textOf(members, "pages/pages.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({ format: "json-pages-1.0" });
    const facts = { title: "Why 1?", bag: path, bagSha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(view).toMatchObject({ ...facts, url: `urn:bentham:${path}`, text: "<img src=x onerror=alert(1)>" });
    expect(page).toMatchObject({ ...facts, url: expect.stringMatching(/^http:.*\/page$/) });
    const records = await recordsIn(members.get("archive/data-0001.warc.gz"));
    const shown = records.find(({ record }) => record.warcTargetURI === view.url)?.payload.toString("utf8");
    expect(shown).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(shown).not.toContain("<img");
  });
});

test("a bag that cannot be read in the middle leaves no file behind, and none is overwritten", async () => {
  await withFolder(async (folder) => {
    const path = await recorded(folder, 1);
    const out = join(folder, "out", "run.wacz");
    await archived(folder, [path]);
    const before = await readFile(out);
    const bags = async function* broken(): AsyncIterable<ArchivedBag> {
      yield await bagAt(folder, path);
      throw new Error("the disk is gone");
    };
    await expect(writeWacz({ out, title: "t", software: SOFTWARE, bags: bags() })).rejects.toThrow("the disk is gone");
    expect(await readdir(join(folder, "out"))).toEqual(["run.wacz"]);
    expect(await readFile(out)).toEqual(before);
  });
});

/** Records a page, a picture, a compressed stream, an empty answer and a question with a body; gives the bag's path. */
async function recorded(folder: string, number: number, text = `Because ${number}.`): Promise<string> {
  const collector = createEvidenceCollector({ folder, software: SOFTWARE });
  const jobId = `0c6b1b7e-5d0e-5c1f-9a34-00000000000${number}`;
  const recording = await collector.begin(aRequest({ job: aJob({ jobId, query: `Why ${number}?` }) }));
  await withServer(
    (request, response) => {
      if (request.url === "/page") response.setHeader("content-type", "text/html").end("<p>page é</p>");
      else if (request.url === "/image") response.setHeader("content-type", "image/png").end(IMAGE);
      else if (request.url === "/empty") response.writeHead(204, { "set-cookie": ["a=1", "b=2"] }).end();
      else {
        response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
        response.end(gzipSync(`data: ${number}\n\ndata: \u{1f642}\n\n`));
      }
    },
    async (origin) => {
      const way = recording.record(fetch);
      for (const place of ["/page", "/image", "/empty"]) await (await way(origin + place)).arrayBuffer();
      await (await way(`${origin}/ask?model=é`, { method: "POST", body: `{"q":"Why ${number}?"}` })).text();
    },
  );
  const evidence = await recording.finish(answered(text));
  if (evidence?.bagPath === undefined) throw new Error("no bag");
  return evidence.bagPath;
}

async function archived(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, ReadMember>> {
  const out = join(folder, "out", "run.wacz");
  await mkdir(join(folder, "out"), { recursive: true });
  const bags = async function* read(): AsyncIterable<ArchivedBag> {
    for (const path of paths) yield await bagAt(folder, path);
  };
  await writeWacz({ out, title: "a run", software: SOFTWARE, bags: bags() });
  return readZip(await readFile(out));
}

async function bagAt(folder: string, path: string): Promise<ArchivedBag> {
  const tags = await readFile(join(folder, path, "tagmanifest-sha256.txt"));
  const bag = await readBag(folder, path, createHash("sha256").update(tags).digest("hex"));
  if ("unavailable" in bag) throw new Error(bag.unavailable);
  return { path, bag };
}

interface ReadRecord {
  readonly record: WARCRecord;
  readonly payload: Buffer;
}

async function recordsIn(member: ReadMember | undefined): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  for await (const record of WARCParser.iterRecords([member?.bytes ?? Buffer.of()])) {
    records.push({ record, payload: Buffer.from(await record.readFully(false)) });
  }
  return records;
}

/** The URLs and bodies (hex) of a bag's HAR, read as any other program would. */
async function bodiesInHar(folder: string, path: string, type: "response" | "request"): Promise<[string, string][]> {
  const har = JSON.parse(await readFile(join(folder, path, "data/network.har"), "utf8"));
  return har.log.entries.map(({ request, response }: HarEntry): [string, string] => {
    const { text = "", encoding, _encoding } = (type === "response" ? response.content : request.postData) ?? {};
    return [request.url, Buffer.from(text, (encoding ?? _encoding) === "base64" ? "base64" : "utf8").toString("hex")];
  });
}

interface HarBody {
  readonly text?: string;
  readonly encoding?: string;
  readonly _encoding?: string;
}

interface HarEntry {
  readonly request: { readonly url: string; readonly postData?: HarBody };
  readonly response: { readonly content: HarBody };
}

function textOf(members: ReadonlyMap<string, ReadMember>, name: string): string {
  return members.get(name)?.bytes.toString("utf8") ?? "";
}

function sha256Of(bytes: Buffer = Buffer.of()): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
