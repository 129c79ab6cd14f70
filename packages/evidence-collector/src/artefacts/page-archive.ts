import { changeMhtml, readMhtml } from "../page/mhtml.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { Artefact } from "./artefact.ts";

/** The page as it stood at the end: one file that any Chromium opens. Scripts and hidden fields are not in it. */
export function pageArchive(mhtml: string, redactor: Redactor): Artefact {
  const path = "data/page.mhtml";
  const redacted = changeMhtml(mhtml, (text) => redactor.text(text, path));
  return {
    path,
    mediaType: "multipart/related",
    bytes: Buffer.from(redacted, "latin1"),
    readable: Buffer.from(readMhtml(redacted), "latin1"),
  };
}
