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

/** Chromium draws no surface that is taller, in pixels. */
export const TALLEST_PAGE = 16_384;

/** What the files of one bag may be, in bytes, unless somebody says otherwise. */
const DEFAULT_MAX_BAG_BYTES = 50_000_000;

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
  /**
   * Most bytes of all files of one bag, 1 or more. What would go beyond is left out: bodies of exchanges first, in their
   * order, then pictures and the page's archive. @default 50000000
   */
  readonly maxBagBytes?: number | undefined;
  /**
   * Takes a picture of the whole page beside that of the viewport, where it is taller: this many CSS pixels of it, up to
   * 16384. It costs more the taller it is, up to seconds. 0 for none. @default 0
   */
  readonly fullPageHeight?: number | undefined;
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
  const { folder, software, signingKey, copier, clock = systemClock } = options;
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES, maxBagBytes = DEFAULT_MAX_BAG_BYTES, fullPageHeight = 0 } = options;
  if (folder === "") throw new BenthamError("CONFIG_INVALID", "folder must name the evidence folder, and is empty");
  checkCount("maxBodyBytes", maxBodyBytes, "a whole number of bytes", 1, Number.MAX_SAFE_INTEGER);
  checkCount("maxBagBytes", maxBagBytes, "a whole number of bytes", 1, Number.MAX_SAFE_INTEGER);
  checkCount("fullPageHeight", fullPageHeight, "a whole number of CSS pixels", 0, TALLEST_PAGE);
  const staging = new Staging(resolve(folder), clock, copier);
  const redactionKey = randomBytes(32);
  const parts = { software, clock, maxBodyBytes, maxBagBytes, staging, redactionKey, signingKey };
  return {
    async begin(request) {
      const { session, level } = request;
      if (session?.page === undefined || level !== "full") return new AttemptRecording(parts, request);
      const { PageRecorder } = await import("./page/page-recorder.ts");
      const page = await PageRecorder.begin(session, { maxBodyBytes, fullPageHeight, clock, staging });
      return new AttemptRecording(parts, request, page);
    },
  };
}

function checkCount(name: string, value: number, what: string, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new BenthamError("CONFIG_INVALID", `${name} must be ${what} from ${least} to ${most}, and is ${value}`);
}
