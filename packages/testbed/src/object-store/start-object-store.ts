import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "@bentham/core";
import type { ServerCertificate } from "../authority.ts";
import { listenOnLoopback } from "../llm/loopback-server.ts";
import { answerRequest, type Bucket, type ObjectAnswer, refusal } from "./answer-request.ts";
import { type ObjectStoreFault, ObjectStoreFaults } from "./object-store-fault.ts";
import { signatureFault, type SigningAccount } from "./signature-v4.ts";
import { type StoredObject, StoredObjects } from "./stored-objects.ts";

/** Options of {@link startObjectStore}. */
export interface ObjectStoreOptions {
  /** @default one that is free */
  readonly port?: number;
  /** Serves https with this. @default http */
  readonly tls?: ServerCertificate;
  /** @default "evidence" */
  readonly bucket?: string;
  /** @default the account of AWS's documentation, in us-east-1 */
  readonly account?: SigningAccount;
  /** Whether objects can be locked. @default false */
  readonly objectLock?: boolean;
  /** Whether `If-None-Match` counts. @default true */
  readonly conditionalWrites?: boolean;
  /** Most keys of one page of a list. @default 1000 */
  readonly pageSize?: number;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** A request that came, and how it was answered. */
export interface ObjectStoreRequest {
  readonly method: string;
  readonly key: string;
  /** 0 for one that was never answered. */
  readonly status: number;
}

/** A store of objects that speaks as much of S3 as a store of evidence needs. Disposing it ends it. */
export interface ObjectStore extends AsyncDisposable {
  /** Without the bucket. */
  readonly url: string;
  readonly bucket: string;
  readonly account: SigningAccount;
  /** What is there and not hidden, in the order of its keys. */
  objects(): readonly StoredObject[];
  /** Every version of a key. */
  versionsOf(key: string): readonly StoredObject[];
  /** Puts an object past all checks, as somebody else would who has the keys. */
  plant(key: string, bytes: Buffer | string): void;
  /** Deletes every version of a key past all checks. */
  pull(key: string): void;
  /** In the order in which they came. */
  requests(): readonly ObjectStoreRequest[];
  /** What goes wrong from now on. */
  setFaults(faults: readonly ObjectStoreFault[]): void;
}

/** The account of the examples in AWS's documentation. */
const EXAMPLE_ACCOUNT: SigningAccount = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
};

/**
 * Starts a store of objects on loopback, empty, whose one bucket is addressed in the path. It checks each signature
 * (Signature Version 4), the hash and the checksum of each body, honours `If-None-Match: *` and locks, and lists in pages.
 */
export async function startObjectStore(options: ObjectStoreOptions = {}): Promise<ObjectStore> {
  const { bucket = "evidence", account = EXAMPLE_ACCOUNT, clock = systemClock } = options;
  const objects = new StoredObjects();
  const served: Bucket = {
    objects,
    objectLock: options.objectLock ?? false,
    conditionalWrites: options.conditionalWrites ?? true,
    pageSize: options.pageSize ?? 1000,
    now: () => clock.now(),
  };
  const requests: { method: string; key: string; status: number }[] = [];
  let faults = new ObjectStoreFaults([]);

  const serve = async (request: IncomingMessage, response: ServerResponse, reset: () => void): Promise<void> => {
    const { method = "", url: target = "", headers } = request;
    const { pathname, searchParams: query } = new URL(target, "http://store");
    const [, name = "", ...rest] = decodeURIComponent(pathname).split("/");
    const key = rest.join("/");
    const logged = { method, key, status: 0 };
    requests.push(logged);
    const fault = faults.next(method, key);
    if (fault?.kind === "reset") return reset();
    if (fault?.kind === "reset-in-body" && method === "PUT") return void request.once("data", reset);
    const body = await bodyOf(request);
    if (fault?.kind === "silence") return;
    const answer = (): ObjectAnswer => {
      if (fault?.kind === "status") {
        return refusal(fault.status, fault.code, fault.retryAfter ? { "retry-after": fault.retryAfter } : {});
      }
      const code = signatureFault({ method, target, headers }, account, clock.now());
      if (code) return refusal(code === "AuthorizationHeaderMalformed" ? 400 : 403, code);
      if (name !== bucket) return refusal(404, "NoSuchBucket");
      return answerRequest(served, { method, key, query, headers, body });
    };
    const answered = answer();
    logged.status = answered.status;
    if (fault?.kind === "lost-answer") return reset();
    response.writeHead(answered.status, answered.headers);
    if (method === "HEAD" || answered.body === undefined) return void response.end();
    const bytes = Buffer.from(answered.body);
    if (fault?.kind === "reset-in-body") return void response.write(bytes.subarray(0, bytes.length >> 1), reset);
    response.end(bytes);
  };

  const server = await listenOnLoopback(
    (request, response, reset) => {
      serve(request, response, reset).catch(() => reset()); // The client has gone before the end of its body.
    },
    { port: options.port, tls: options.tls },
  );
  return {
    url: server.url,
    bucket,
    account,
    objects: () => objects.visible(),
    versionsOf: (key) => objects.versionsOf(key),
    plant(key, bytes) {
      objects.put({ key, bytes: Buffer.from(bytes), modifiedAt: clock.now() });
    },
    pull(key) {
      for (const { versionId } of objects.versionsOf(key)) objects.remove(key, versionId, Infinity);
    },
    requests: () => [...requests],
    setFaults(next) {
      faults = new ObjectStoreFaults(next);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
