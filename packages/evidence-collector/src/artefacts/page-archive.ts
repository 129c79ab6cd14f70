import { changeMhtml } from "../page/mhtml.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { Artefact } from "./artefact.ts";

/** The page as it stood at the end: one file that any Chromium opens. Scripts and hidden fields are not in it. */
export function pageArchive(archive: string, redactor: Redactor): Artefact {
  const path = "data/page.mhtml";
  const { mhtml, text } = changeMhtml(archive, (part) => redactor.text(part, path));
  return { path, mediaType: "multipart/related", bytes: Buffer.from(mhtml, "latin1"), readable: text };
}
