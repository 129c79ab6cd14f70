import { createHash } from "node:crypto";

/** Until when an object may not be deleted. */
export interface ObjectLock {
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/** One version of an object. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly versionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
  readonly lock?: ObjectLock | undefined;
}

/** The objects of a bucket, which keeps every version of them: a put adds one, a plain delete hides them all. */
export class StoredObjects {
  readonly #versions = new Map<string, StoredObject[]>();
  readonly #hidden = new Set<string>();
  #count = 0;

  get(key: string): StoredObject | undefined {
    return this.#hidden.has(key) ? undefined : this.#versions.get(key)?.at(-1);
  }

  /** Every version of a key, the oldest first. */
  versionsOf(key: string): readonly StoredObject[] {
    return this.#versions.get(key) ?? [];
  }

  put(object: Omit<StoredObject, "versionId">): StoredObject {
    const stored = { ...object, versionId: `version-${++this.#count}` };
    this.#versions.set(object.key, [...this.versionsOf(object.key), stored]);
    this.#hidden.delete(object.key);
    return stored;
  }

  /** What a delete without a version does in a bucket that keeps versions: a marker over them. */
  hide(key: string): void {
    if (this.#versions.has(key)) this.#hidden.add(key);
  }

  /** @returns whether it may be deleted: a version under a lock stays. */
  remove(key: string, versionId: string, now: number): boolean {
    const versions = this.versionsOf(key);
    const isLocked = versions.some((version) => version.versionId === versionId && (version.lock?.until ?? 0) > now);
    if (isLocked) return false;
    const rest = versions.filter((version) => version.versionId !== versionId);
    if (rest.length > 0) this.#versions.set(key, rest);
    else this.#versions.delete(key);
    return true;
  }

  /** What is there and not hidden, in the order of its keys' bytes. */
  visible(): StoredObject[] {
    return [...this.#versions.keys()].flatMap((key) => this.get(key) ?? []).toSorted(byKey);
  }
}

/** SHA-256 of bytes, in base64 as S3 has it in its headers, or in hex. */
export function sha256(bytes: Buffer, encoding: "base64" | "hex"): string {
  return createHash("sha256").update(bytes).digest(encoding);
}

function byKey(one: StoredObject, other: StoredObject): number {
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
}
