import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { BenthamError, type Clock, type EvidenceCollector, systemClock } from "@bentham/core";
import { AttemptRecording } from "./attempt-recording.ts";
import { Staging } from "./bag/staging.ts";
import type { SigningKey } from "./prove/signing-key.ts";
import type { Software } from "./software.ts";
import type { BagCopier } from "./store/bag-copier.ts";

/** What a body may be, in bytes, unless somebody says otherwise. */
const DEFAULT_MAX_BODY_BYTES = 5_000_000;

/** Options of {@link createEvidenceCollector}. */
export interface EvidenceCollectorOptions {
  /** The evidence folder. It is made with the first bag. */
  readonly folder: string;
  /** The program that collects, as the evidence names it. */
  readonly software: Software;
  /** What bags are signed with. @default they are not, and say so */
  readonly signingKey?: SigningKey;
  /**
   * Most bytes of one request body, and of one response body without its encodings, 1 or more. A larger response is cut,
   * for its reader too; a larger request is not sent. @default 5000000
   */
  readonly maxBodyBytes?: number;
  /** Copies each bag to a second place. @default there is none */
  readonly copier?: BagCopier | undefined;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Collects evidence into a folder: per attempt a sealed bag in `<run>/<job>/<attempt>/`, which `sha256sum -c` checks.
 * Processes may share the folder. Nothing is written until a recording is finished.
 *
 * @throws BenthamError CONFIG_INVALID for an option out of its range.
 */
export function createEvidenceCollector(options: EvidenceCollectorOptions): EvidenceCollector {
  const { folder, software, maxBodyBytes = DEFAULT_MAX_BODY_BYTES, clock = systemClock } = options;
  if (folder === "") throw new BenthamError("CONFIG_INVALID", "folder must name the evidence folder, and is empty");
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    const range = `a whole number of bytes from 1 to ${Number.MAX_SAFE_INTEGER}`;
    throw new BenthamError("CONFIG_INVALID", `maxBodyBytes must be ${range}, and is ${maxBodyBytes}`);
  }
  const parts = {
    software,
    clock,
    maxBodyBytes,
    staging: new Staging(resolve(folder), clock, options.copier),
    redactionKey: randomBytes(32),
    signingKey: options.signingKey,
  };
  return {
    async begin(request) {
      const { session, level } = request;
      if (session?.page === undefined || level !== "full") return new AttemptRecording(parts, request);
      const { PageRecorder } = await import("./page/page-recorder.ts");
      const page = await PageRecorder.begin(session, parts.staging, clock);
      return new AttemptRecording(parts, request, page);
    },
  };
}
