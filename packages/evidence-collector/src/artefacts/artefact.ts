/** A file of the evidence. */
export interface Artefact {
  /** Inside of the bag, with forward slashes. */
  readonly path: `data/${string}`;
  readonly mediaType: string;
  readonly bytes: Buffer;
}
