/** A file of the evidence. */
export interface Artefact {
  /** Inside of the bag, with forward slashes. */
  readonly path: `data/${string}`;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** What to look through for what must not be in it, where that is not `bytes`: bytes as characters. */
  readonly readable?: string;
}
