import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { type Clock, systemClock } from "@bentham/core";
import type { Exchange } from "../exchange/exchange.ts";
import { sha256 } from "../sha256.ts";
import type { Software } from "../software.ts";
import { answerView, questionOf } from "./answer-view.ts";
import type { ReadBag } from "./read-bag.ts";
import { StoredZip, type ZipMember } from "./stored-zip.ts";
import { WarcPart } from "./warc-part.ts";

/** A bag that goes into a web archive. */
export interface ArchivedBag {
  /** Its path from the evidence folder: names its records, and its page. */
  readonly path: string;
  readonly bag: ReadBag;
}

/** What is archived, and where. */
export interface WriteWaczOptions {
  /** The file. It is there whole, or not at all. */
  readonly out: string;
  readonly title: string;
  readonly software: Software;
  /** Read one at a time. */
  readonly bags: AsyncIterable<ArchivedBag>;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Writes bags as one web archive (WACZ 1.1.1) that ReplayWeb.page opens: the exchanges of each as WARC records whose bodies
 * are those of its `network.har`, its pictures, and a page that shows its question and answer. It is not signed: what is
 * signed are the bags, whose hashes the list of pages names. Holds one bag in memory, and the index of one part.
 *
 * @throws the error of the file system.
 */
export async function writeWacz(options: WriteWaczOptions): Promise<void> {
  const { out, title, software, bags, clock = systemClock } = options;
  const created = new Date(clock.now());
  await using zip = await StoredZip.create(out, created);
  await using pages = await PageList.create(`${out}.pages.draft`);
  const members: ZipMember[] = [];
  const source = await BagSource.of(bags);
  // At least one part, even of no bag: an archive has an index.
  for (let number = 1; number === 1 || source.bag; number++) {
    const name = `data-${String(number).padStart(4, "0")}`;
    const part = new WarcPart(`${name}.warc.gz`);
    members.push(await zip.add(`archive/${name}.warc.gz`, fill(part, source, pages, options)));
    members.push(await zip.add(`indexes/${name}.cdxj`, [part.index()]));
  }
  members.push(await zip.add("pages/pages.jsonl", pages.read()));
  const datapackage = Buffer.from(
    JSON.stringify({
      profile: "data-package",
      wacz_version: "1.1.1",
      title,
      description: "Made from sealed evidence. This file is not signed: the bags are, whose hashes pages.jsonl names.",
      created: created.toISOString(),
      software: `${software.name} ${software.version}`,
      resources: members.map(({ name, bytes, sha256: hash }) => ({
        name: name.slice(name.lastIndexOf("/") + 1),
        path: name,
        hash: `sha256:${hash}`,
        bytes,
      })),
    }),
  );
  await zip.add("datapackage.json", [datapackage]);
  const digest = JSON.stringify({ path: "datapackage.json", hash: `sha256:${sha256(datapackage)}` });
  await zip.add("datapackage-digest.json", [Buffer.from(digest)]);
  await zip.finish();
}

/** Bags as they are wanted, one at a time. */
class BagSource {
  readonly #bags: AsyncIterator<ArchivedBag>;
  /** The next one; undefined when there is no more. */
  bag: ArchivedBag | undefined;

  private constructor(bags: AsyncIterator<ArchivedBag>) {
    this.#bags = bags;
  }

  static async of(bags: AsyncIterable<ArchivedBag>): Promise<BagSource> {
    const source = new BagSource(bags[Symbol.asyncIterator]());
    await source.advance();
    return source;
  }

  async advance(): Promise<void> {
    const { done, value } = await this.#bags.next();
    this.bag = done ? undefined : value;
  }
}

/** The records of a part, until it is full or there is no more bag. */
async function* fill(
  part: WarcPart,
  source: BagSource,
  pages: PageList,
  { software, clock = systemClock }: WriteWaczOptions,
): AsyncIterable<Uint8Array> {
  yield await part.info(software, new Date(clock.now()));
  for (; source.bag && !part.isFull; await source.advance()) yield* recordsOf(source.bag, part, pages);
}

async function* recordsOf({ path, bag }: ArchivedBag, part: WarcPart, pages: PageList): AsyncIterable<Uint8Array> {
  const { statement, answer, exchanges = [] } = bag;
  const [title, date] = [questionOf(statement), endOf(statement)];
  const facts = { title, bag: path, bagSha256: bag.sha256 };
  for (const [index, exchange] of exchanges.entries()) yield* part.exchange(exchange, `${bag.sha256} ${index}`);
  const view = `urn:bentham:${path}`;
  yield await part.resource({ url: view, mediaType: "text/html", date, bytes: answerView(bag) }, path);
  const text = answer?.["text"];
  await pages.add({ ...facts, url: view, ts: date, ...(typeof text === "string" ? { text } : {}) });
  const page = exchanges.find(isPage);
  if (page) await pages.add({ ...facts, url: page.request.url, ts: page.startedAt });
  for (const [file, url] of [
    ["data/screenshot.png", `urn:view:${page?.request.url ?? view}`],
    ["data/answer.png", `urn:view:${view}`],
  ] as const) {
    const bytes = await bag.file(file);
    if (bytes) yield await part.resource({ url, mediaType: "image/png", date, bytes }, path);
  }
}

/** Whether an exchange brought a page that a viewer can open. */
function isPage({ request, response }: Exchange): boolean {
  const type = response?.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return request.method === "GET" && response?.status === 200 && /^text\/html\b/i.test(type);
}

function endOf({ endedAt }: ReadBag["statement"]): Date {
  return new Date(typeof endedAt === "string" ? endedAt : 0);
}

/** The list of pages, on the disk until its place in the archive has come. */
class PageList implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  #count = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<PageList> {
    const list = new PageList(path, await open(path, "w", 0o600));
    await list.#line({ format: "json-pages-1.0", id: "pages", title: "Questions", hasText: true });
    return list;
  }

  async add({
    ts,
    ...page
  }: {
    readonly url: string;
    readonly ts: Date;
    readonly [member: string]: unknown;
  }): Promise<void> {
    this.#count += 1;
    await this.#line({ id: `page-${this.#count}`, ...page, ts: ts.toISOString() });
  }

  read(): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }

  async #line(members: object): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(members)}\n`);
  }
}
