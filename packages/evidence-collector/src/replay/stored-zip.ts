import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder } from "../bag/synced-files.ts";

/** What was written of a member. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** Most bytes of a member; more would need sizes of 64 bits ahead of it. */
const MOST_BYTES = 0xff_ff_ff_fe;

/** What stands in 32 bits for a number that is in the 64 bits of the extra field. */
const IN_EXTRA = 0xff_ff_ff_ff;

/**
 * Writes a zip file whose members are stored, not compressed, so that a reader finds any byte of them by its offset. Members
 * are streamed: sizes and checksums are filled in behind them. The file is there whole, or not at all. Archives over 4 GB
 * or 65,535 members have the records of 64 bits (APPNOTE 6.3, section 4.3.14).
 */
export class StoredZip implements AsyncDisposable {
  readonly #path: string;
  readonly #draft: string;
  readonly #handle: FileHandle;
  readonly #moment: Buffer;
  readonly #entries: Entry[] = [];
  #end = 0;
  #isDone = false;

  private constructor(path: string, draft: string, handle: FileHandle, moment: Date) {
    this.#path = path;
    this.#draft = draft;
    this.#handle = handle;
    this.#moment = dosMoment(moment);
  }

  /** @param moment What the members are dated, in UTC. */
  static async create(path: string, moment: Date): Promise<StoredZip> {
    const draft = `${path}.${randomUUID()}.draft`;
    return new StoredZip(path, draft, await open(draft, "wx", 0o600), moment);
  }

  /** @throws RangeError for a member of 4 GB or more. */
  async add(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ZipMember> {
    const offset = this.#end;
    const encoded = Buffer.from(name);
    await this.#write(this.#header(encoded, 0, 0));
    const hash = createHash("sha256");
    let [crc, size] = [0, 0];
    for await (const chunk of chunks) {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      size += chunk.byteLength;
      if (size > MOST_BYTES) throw new RangeError(`${name} is over 4 GB`);
      await this.#write(chunk);
    }
    const header = this.#header(encoded, crc, size);
    await this.#handle.write(header, 0, header.length, offset);
    this.#entries.push({ name: encoded, crc, size, offset });
    return { name, bytes: size, sha256: hash.digest("hex") };
  }

  /** Writes the directory, and puts the file in its place. */
  async finish(): Promise<void> {
    const start = this.#end;
    for (const entry of this.#entries) await this.#write(this.#directoryEntry(entry));
    await this.#write(endOf(this.#entries.length, start, this.#end - start));
    await this.#handle.sync();
    await this.#handle.close();
    this.#isDone = true;
    await rename(this.#draft, this.#path);
    await syncFolder(dirname(this.#path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDone) return;
    await this.#handle.close();
    await rm(this.#draft, { force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.byteLength, this.#end);
    this.#end += bytes.byteLength;
  }

  #header(name: Buffer, crc: number, size: number): Buffer {
    return Buffer.concat([signature(0x04034b50), this.#common(name, crc, size, 0), name]);
  }

  #directoryEntry({ name, crc, size, offset }: Entry): Buffer {
    const isFar = offset >= IN_EXTRA;
    const extra = isFar ? Buffer.concat([shorts(1, 8), longs(offset)]) : Buffer.alloc(0);
    const rest = Buffer.concat([shorts(0, 0, 0), words(0, isFar ? IN_EXTRA : offset)]);
    return Buffer.concat([
      signature(0x02014b50),
      shorts(VERSION),
      this.#common(name, crc, size, extra.length),
      rest,
      name,
      extra,
    ]);
  }

  /** What a member's header and its entry in the directory have alike. */
  #common(name: Buffer, crc: number, size: number, extra: number): Buffer {
    return Buffer.concat([
      shorts(VERSION, UTF8, STORED),
      this.#moment,
      words(crc, size, size),
      shorts(name.length, extra),
    ]);
  }
}

/** 4.5, which has records of 64 bits. */
const VERSION = 45;
const UTF8 = 0x08_00;
const STORED = 0;

function endOf(entries: number, start: number, size: number): Buffer {
  const plain = Buffer.concat([
    signature(0x06054b50),
    shorts(0, 0, Math.min(entries, 0xff_ff), Math.min(entries, 0xff_ff)),
    words(Math.min(size, IN_EXTRA), Math.min(start, IN_EXTRA)),
    shorts(0),
  ]);
  if (entries < 0xff_ff && start < IN_EXTRA && size < IN_EXTRA) return plain;
  const far = Buffer.concat([
    signature(0x06064b50),
    longs(44),
    shorts(VERSION, VERSION),
    words(0, 0),
    longs(entries, entries, size, start),
  ]);
  return Buffer.concat([far, signature(0x07064b50), words(0), longs(start + size), words(1), plain]);
}

/** A moment as DOS has it: two seconds at a time, from 1980. */
function dosMoment(moment: Date): Buffer {
  const time = (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1);
  const date = ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate();
  return shorts(time, date);
}

function signature(value: number): Buffer {
  return words(value);
}

function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
}
