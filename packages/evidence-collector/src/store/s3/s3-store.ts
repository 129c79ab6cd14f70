import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { type Clock, type EvidenceStore, type StoredBag, systemClock } from "@bentham/core";
import { digestOf, digestOfFile, filesOfBag } from "../bag-on-disk.ts";
import { EvidenceStoreError, takenBy } from "../evidence-store-error.ts";
import { groupBags, LAST_FILE, type ListedFile } from "../group-bags.ts";
import { checkS3Options, type Retention, type S3StoreOptions } from "./s3-options.ts";
import { S3Requests } from "./s3-requests.ts";
import { type ObjectPage, readPage, readText } from "./s3-xml.ts";

/** Longest page of a list, in bytes: 1,000 keys of 1,024 bytes, percent-encoded, with what stands around them. */
const LONGEST_PAGE = 8_000_000;

const DAY = 86_400_000;

/**
 * A store in a bucket of S3, or of anything that speaks as S3 does. There is no rename: the objects of a bag are created
 * one by one, each only where none is (`If-None-Match: *`), and the one that makes it a bag comes last.
 *
 * @throws BenthamError CONFIG_INVALID for an option out of its range.
 */
export function createS3Store(options: S3StoreOptions): EvidenceStore {
  checkS3Options(options);
  return new S3Store(options);
}

class S3Store implements EvidenceStore {
  readonly name: string;
  readonly #requests: S3Requests;
  readonly #prefix: string;
  readonly #retention: Retention | undefined;
  readonly #clock: Clock;
  #isConditional: Promise<void> | undefined;

  constructor(options: S3StoreOptions) {
    this.#requests = new S3Requests(options);
    this.name = this.#requests.name;
    this.#prefix = options.prefix ? `${options.prefix}/` : "";
    this.#retention = options.retention;
    this.#clock = options.clock ?? systemClock;
  }

  async check(signal?: AbortSignal): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1", prefix: this.#prefix };
    await readText(await this.#requests.send({ method: "GET", query, signal }, 1), LONGEST_PAGE);
  }

  async put(folder: string, bag: string, signal?: AbortSignal): Promise<void> {
    for (const file of await filesOfBag(folder)) await this.#create(join(folder, file), `${bag}/${file}`, signal);
    await (this.#isConditional ??= this.#checkConditional(join(folder, LAST_FILE), `${bag}/${LAST_FILE}`, signal));
  }

  bags(run?: string, signal?: AbortSignal): AsyncIterable<StoredBag> {
    return groupBags(this.#list(run === undefined ? "" : `${run}/`, signal));
  }

  read(bag: string, file: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#read(`${this.#prefix}${bag}/${file}`, signal);
  }

  async remove(bag: string, signal?: AbortSignal): Promise<void> {
    const versions: { readonly key: string; readonly versionId: string | null }[] = [];
    for await (const { path: key } of this.#list(`${bag}/`, signal)) {
      const { headers } = await this.#requests.send({ method: "HEAD", key: this.#prefix + key, signal });
      const until = headers.get("x-amz-object-lock-retain-until-date");
      if (until !== null && Date.parse(until) > this.#clock.now()) throw retained(this.name, key, `until ${until}`);
      if (headers.get("x-amz-object-lock-legal-hold") === "ON") throw retained(this.name, key, "by a legal hold");
      versions.push({ key, versionId: headers.get("x-amz-version-id") });
    }
    for (const { key, versionId } of versions.toSorted((one, other) => lastFileOf(other) - lastFileOf(one))) {
      // By its version: without one, a bucket that keeps versions would only hide it.
      const query: Record<string, string> = versionId === null || versionId === "null" ? {} : { versionId };
      await this.#requests.send({ method: "DELETE", key: this.#prefix + key, query, signal, expected: [404] });
    }
  }

  /** Creates an object, unless the same is there. */
  async #create(path: string, name: string, signal?: AbortSignal): Promise<void> {
    if ((await this.#putObject(path, name, signal)) === "created") return;
    const [there, here] = [await digestOf(this.#read(this.#prefix + name, signal)), await digestOfFile(path, signal)];
    if (!there.equals(here)) throw takenBy(name, this.name);
  }

  async #putObject(path: string, name: string, signal?: AbortSignal): Promise<"created" | "there"> {
    const digest = await digestOfFile(path, signal);
    const answer = await this.#requests.send({
      method: "PUT",
      key: this.#prefix + name,
      headers: {
        "if-none-match": "*",
        "content-type": "application/octet-stream",
        "x-amz-checksum-sha256": digest.toString("base64"),
        ...this.#lockHeaders(),
      },
      body: await openAsBlob(path),
      bodySha256: digest.toString("hex"),
      signal,
      expected: [412],
    });
    await answer.body?.cancel();
    return answer.status === 412 ? "there" : "created";
  }

  /** A store that overlooks the condition would write over bags: seen by the first one, whose bytes are the same. */
  async #checkConditional(path: string, name: string, signal?: AbortSignal): Promise<void> {
    try {
      if ((await this.#putObject(path, name, signal)) === "there") return;
    } catch (error) {
      this.#isConditional = undefined; // Not known yet.
      throw error;
    }
    throw new EvidenceStoreError(
      "refused",
      `${this.name} overlooks If-None-Match, so that bags could be written over: use a store that honours it`,
    );
  }

  #lockHeaders(): Record<string, string> {
    if (!this.#retention) return {};
    const { mode, days } = this.#retention;
    return {
      "x-amz-object-lock-mode": mode.toUpperCase(),
      "x-amz-object-lock-retain-until-date": new Date(this.#clock.now() + days * DAY).toISOString(),
    };
  }

  /** Goes on where an answer has broken off. */
  async *#read(key: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    for (let [offset, count] = [0, 1]; ; count++) {
      const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
      const answer = await this.#requests.send({ method: "GET", key, headers, signal, expected: [416] });
      if (answer.status === 416) return; // It ended where it broke off.
      let skip = answer.status === 206 ? 0 : offset;
      try {
        for await (const chunk of answer.body ?? []) {
          const fresh = chunk.subarray(Math.min(skip, chunk.length));
          skip -= chunk.length - fresh.length;
          offset += fresh.length;
          if (fresh.length > 0) yield fresh;
        }
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (count >= this.#requests.tries) {
          throw new EvidenceStoreError("away", `${this.name} broke off in ${key}`, { cause: error });
        }
        await this.#requests.pause(count, signal);
      }
    }
  }

  async *#list(prefix: string, signal?: AbortSignal): AsyncIterable<ListedFile> {
    let token: string | undefined;
    do {
      const page = await this.#page(this.#prefix + prefix, token, signal);
      for (const object of page.objects) yield { ...object, path: object.path.slice(this.#prefix.length) };
      token = page.next;
    } while (token !== undefined);
  }

  async #page(prefix: string, token: string | undefined, signal?: AbortSignal): Promise<ObjectPage> {
    const query = { "list-type": "2", "encoding-type": "url", prefix };
    const paged = token === undefined ? query : { ...query, "continuation-token": token };
    for (let count = 1; ; count++) {
      const answer = await this.#requests.send({ method: "GET", query: paged, signal });
      try {
        const page = readPage(await readText(answer, LONGEST_PAGE));
        if (page) return page;
        throw new EvidenceStoreError(
          "refused",
          `${this.name} answers no list as S3 does: correct evidence.store.endpoint`,
        );
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof EvidenceStoreError) throw error;
        if (count >= this.#requests.tries) {
          throw new EvidenceStoreError("away", `${this.name} broke off in its list`, { cause: error });
        }
        await this.#requests.pause(count, signal);
      }
    }
  }
}

/** 1 for the object that makes a bag one, else 0. */
function lastFileOf({ key }: { readonly key: string }): number {
  return key.endsWith(`/${LAST_FILE}`) ? 1 : 0;
}

function retained(store: string, key: string, how: string): EvidenceStoreError {
  return new EvidenceStoreError("retained", `${store} keeps ${key} ${how}: it cannot be removed before`);
}
