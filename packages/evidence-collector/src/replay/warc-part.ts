import { hash } from "node:crypto";
import { CDXIndexer, WARCRecord, WARCSerializer } from "warcio";
import type { Exchange, Header } from "../exchange/exchange.ts";
import type { Software } from "../software.ts";

/** A file that a WARC holds beside exchanges. */
export interface WarcResource {
  readonly url: string;
  readonly mediaType: string;
  readonly date: Date;
  readonly bytes: Buffer;
}

/** Headers that are of the bytes on the wire; what was recorded has neither encoding. */
const OF_THE_WIRE: ReadonlySet<string> = new Set(["content-encoding", "transfer-encoding", "content-length"]);

/** Lines of an index, and bytes of records, after which a part is full: what one part takes in memory, and in one file. */
const MOST_LINES = 10_000;
const MOST_BYTES = 1_000_000_000;

/**
 * One WARC file in the making, with its index: records are compressed each by itself (WARC 1.1, annex D), and given out to be
 * written as they come. The lines of the index are kept until the part is full.
 */
export class WarcPart {
  readonly #name: string;
  readonly #indexer = new CDXIndexer();
  readonly #lines: string[] = [];
  #bytes = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get isFull(): boolean {
    return this.#lines.length >= MOST_LINES || this.#bytes >= MOST_BYTES;
  }

  /** The index (CDXJ): its lines sorted, as readers look them up by halves. */
  index(): Buffer {
    return Buffer.from(this.#lines.toSorted((one, other) => (one < other ? -1 : 1)).join(""));
  }

  async info(software: Software, date: Date): Promise<Uint8Array> {
    const fields = { software: `${software.name} ${software.version}`, format: "WARC File Format 1.1" };
    const opts = { filename: this.#name, date: date.toISOString(), warcVersion: "WARC/1.1" as const };
    const headers = { "WARC-Record-ID": idOf(this.#name, "info") };
    return this.#add(WARCRecord.createWARCInfo({ ...opts, warcHeaders: headers }, fields));
  }

  /**
   * The records of an exchange: what came, and what was sent.
   *
   * @param name Tells this exchange from every other one: the same gives the same records.
   */
  async *exchange({ request, response, startedAt, ending }: Exchange, name: string): AsyncIterable<Uint8Array> {
    const common = { url: request.url, date: startedAt.toISOString(), warcVersion: "WARC/1.1" as const };
    const [sentId, cameId] = [idOf(name, "request"), idOf(name, "response")];
    const sent = WARCRecord.create(
      {
        ...common,
        type: "request",
        statusline: `${request.method} ${pathOf(request.url)} HTTP/1.1`,
        httpHeaders: asSent(request.headers, request.body?.bytes),
        warcHeaders: { "WARC-Record-ID": sentId, ...(response ? { "WARC-Concurrent-To": cameId } : {}) },
        keepHeadersCase: true,
      },
      chunksOf(request.body?.bytes),
    );
    if (response) {
      const cut = ending === "complete" && response.body.bytes ? undefined : TRUNCATED[ending];
      const came = WARCRecord.create(
        {
          ...common,
          type: "response",
          statusline: `HTTP/1.1 ${response.status} ${oneLine(response.statusText)}`,
          httpHeaders: asSent(response.headers, response.body.bytes),
          warcHeaders: { "WARC-Record-ID": cameId, ...(cut === undefined ? {} : { "WARC-Truncated": cut }) },
          keepHeadersCase: true,
        },
        chunksOf(response.body.bytes),
      );
      // The index needs both: a POST is found by what was sent, too.
      const bytes = await this.#serialize(came);
      sent.payload = request.body?.bytes ?? Buffer.alloc(0);
      this.#index(came, sent, bytes.length);
      yield bytes;
    }
    yield await this.#add(sent);
  }

  async resource({ url, mediaType, date, bytes }: WarcResource, name: string): Promise<Uint8Array> {
    const record = WARCRecord.create(
      {
        url,
        date: date.toISOString(),
        type: "resource",
        warcVersion: "WARC/1.1",
        warcHeaders: { "WARC-Record-ID": idOf(name, url), "Content-Type": mediaType },
      },
      chunksOf(bytes),
    );
    const written = await this.#serialize(record);
    this.#index(record, null, written.length);
    return written;
  }

  async #add(record: WARCRecord): Promise<Uint8Array> {
    return this.#serialize(record);
  }

  async #serialize(record: WARCRecord): Promise<Uint8Array> {
    const bytes = await WARCSerializer.serialize(record, { gzip: true });
    this.#bytes += bytes.length;
    return bytes;
  }

  /** Of the record that was written last. */
  #index(record: WARCRecord, sent: WARCRecord | null, recordLength: number): void {
    const place = { offset: this.#bytes - recordLength, recordLength };
    [record["_offset"], record["_length"]] = [place.offset, recordLength];
    const line = this.#indexer.indexRecordPair(record, sent, place, this.#name);
    if (line) this.#lines.push(this.#indexer.serializeCDXJ(line));
  }
}

/** Why a body is not whole (WARC 1.1, section 5.13). */
const TRUNCATED: Readonly<Record<Exchange["ending"], string>> = {
  complete: "unspecified",
  "too-large": "length",
  failed: "disconnect",
  cancelled: "disconnect",
  open: "time",
};

/** Headers that go with the bytes that were recorded. Those of the wire stay under a name of their own. */
function asSent(headers: readonly Header[], body: Buffer | undefined): [string, string][] {
  const kept = headers.flatMap(([name, value]): [string, string][] => {
    const shown = OF_THE_WIRE.has(name.toLowerCase()) ? `x-orig-${name}` : name;
    // A browser tells headers of one name in one, a line each.
    return value.split("\n").map((line) => [shown, oneLine(line)]);
  });
  return body ? [...kept, ["content-length", String(body.length)]] : kept;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]+/g, " ").trim();
}

function pathOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.pathname}${parsed.search}` : url;
}

function chunksOf(bytes: Buffer | undefined): Buffer[] {
  return bytes && bytes.length > 0 ? [bytes] : [];
}

/** A UUID (version 8, RFC 9562) that is always the same for the same. */
function idOf(name: string, kind: string): string {
  const bytes = Buffer.from(hash("sha256", `${kind} ${name}`, "hex"), "hex").subarray(0, 16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x80;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `<urn:uuid:${parts.join("-")}>`;
}
