import { changeMhtml } from "../../src/page/mhtml.ts";

/** The texts of an archive, bytes as characters. */
export function readMhtml(archive: string): string {
  return changeMhtml(archive, (text) => text).text;
}
