/**
 * What is done to a request in place of what it asks for.
 *
 * - `status`: it is refused with this status and S3 error code, and nothing is done.
 * - `reset`: its connection is reset before anything is done.
 * - `reset-in-body`: the connection is reset halfway through the body: of the request for PUT, else of the answer.
 * - `lost-answer`: it is done, and the connection reset in place of the answer.
 * - `silence`: it is read, and never answered.
 */
type ObjectStoreFaultKind =
  | { readonly kind: "status"; readonly status: number; readonly code: string; readonly retryAfter?: string }
  | { readonly kind: "reset" | "reset-in-body" | "lost-answer" | "silence" };

/** Which requests go wrong, and how. */
export type ObjectStoreFault = ObjectStoreFaultKind & {
  /** @default every method */
  readonly method?: "GET" | "HEAD" | "PUT" | "DELETE";
  /** A part of the key. @default every key, and lists */
  readonly key?: string;
  /** Which of those requests, counted from 1 since the faults were set. @default all of them */
  readonly nth?: readonly number[];
};

/** Decides for each request what goes wrong with it. Each fault counts the requests that it could be for. */
export class ObjectStoreFaults {
  readonly #faults: readonly { readonly fault: ObjectStoreFault; count: number }[];

  constructor(faults: readonly ObjectStoreFault[]) {
    this.#faults = faults.map((fault) => ({ fault, count: 0 }));
  }

  next(method: string, key: string): ObjectStoreFault | undefined {
    let found: ObjectStoreFault | undefined;
    for (const entry of this.#faults) {
      const { fault } = entry;
      if ((fault.method ?? method) !== method || !key.includes(fault.key ?? "")) continue;
      entry.count += 1;
      if (fault.nth === undefined || fault.nth.includes(entry.count)) found ??= fault;
    }
    return found;
  }
}
