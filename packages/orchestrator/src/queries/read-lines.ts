import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Longest line, in bytes: some times what the longest question takes. */
const LONGEST_LINE = 1024 * 1024;

/** Bytes read at once. */
const CHUNK = 64 * 1024;

const LINE_FEED = 0x0a;

/** A line of a file, from 1, without the line feed that ends it. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** A file, or one of its lines, cannot be read; the message says why. */
export class UnreadableLines extends Error {
  override readonly name = "UnreadableLines";
  /** Which line; absent when it is about the file as a whole. */
  readonly line: number | undefined;

  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/**
 * The lines of a UTF-8 file, read as they are asked for. A byte order mark is left out; what stands behind the last line
 * feed is a line unless it is empty.
 *
 * @throws UnreadableLines when there is no such file, or it is a folder or a pipe, or a line is too long or not UTF-8.
 */
export async function* readLines(path: string): AsyncIterable<Line> {
  // A byte order mark may stand in front of the file, and means nothing in front of another line.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const add = (bytes: Buffer): void => {
    parts.push(bytes);
    length += bytes.length;
    if (length > LONGEST_LINE) throw new UnreadableLines(`longer than ${LONGEST_LINE} bytes`, number + 1);
  };
  const take = (): Line => {
    const bytes = Buffer.concat(parts);
    number += 1;
    [parts, length] = [[], 0];
    try {
      const text = decoder.decode(bytes);
      return { number, text: number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text };
    } catch (error) {
      throw new UnreadableLines("this is not UTF-8: save the file as UTF-8", number, { cause: error });
    }
  };
  for await (const bytes of readChunks(path)) {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      add(bytes.subarray(start, end));
      start = end + 1;
      yield take();
    }
    if (start < bytes.length) add(bytes.subarray(start));
  }
  if (length > 0) yield take();
}

async function* readChunks(path: string): AsyncIterable<Buffer> {
  const fail = (error: unknown): never => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableLines(isMissing ? `there is no file ${path}` : `cannot be read: ${reason}`, undefined, {
      cause: error,
    });
  };
  // A pipe that nobody writes to would block the opening without O_NONBLOCK.
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(fail);
  if (!(await handle.stat()).isFile()) throw new UnreadableLines(`${path} is no ordinary file`);
  for (;;) {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(CHUNK) }).catch(fail);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
