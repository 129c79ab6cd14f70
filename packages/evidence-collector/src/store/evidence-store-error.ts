import { BenthamError, type StoreTrouble } from "@bentham/core";

/** What a store of evidence fails with. Its message holds nothing that the store has said but well-known codes. */
export class EvidenceStoreError extends BenthamError {
  override readonly name = "EvidenceStoreError";
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, message: string, options: ErrorOptions = {}) {
    super("EVIDENCE_FAILED", message, options);
    this.trouble = trouble;
  }
}

/** The error for a place that another bag is in. */
export function takenBy(path: string, store: string): EvidenceStoreError {
  return new EvidenceStoreError(
    "taken",
    `${store} has another ${path} already, which is never written over: each data folder needs a store of its own, or a prefix`,
  );
}
