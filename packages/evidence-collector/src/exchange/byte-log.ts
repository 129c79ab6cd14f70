/** Capacity of the first buffer, in bytes; most answers fit. */
const FIRST_CAPACITY = 4096;

/** Gathers bytes, up to a limit. One growing buffer: a body of a million small chunks must not cost a million objects. */
export class ByteLog {
  readonly #limit: number;
  #buffer = Buffer.alloc(0);
  #length = 0;

  /** @param limit Most bytes that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Keeps a copy of as much of `chunk` as there is room for. Tells whether that was all of it. */
  append(chunk: Uint8Array): boolean {
    const room = this.#limit - this.#length;
    const kept = chunk.byteLength <= room ? chunk : chunk.subarray(0, room);
    this.#reserve(this.#length + kept.byteLength);
    this.#buffer.set(kept, this.#length);
    this.#length += kept.byteLength;
    return kept.byteLength === chunk.byteLength;
  }

  /** What was gathered so far; later bytes do not change it. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    if (length <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(length, Math.min(2 * this.#buffer.length, this.#limit), FIRST_CAPACITY));
    larger.set(this.bytes());
    this.#buffer = larger;
  }
}
