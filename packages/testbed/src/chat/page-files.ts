import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { PAGE_STYLE } from "./page-style.ts";

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** Where the page's own script is: the source itself when this runs from sources. */
export const PAGE_SCRIPT: string = import.meta.url.endsWith(".ts") ? "/page/main.ts" : "/page/main.js";

/** The files that the page's document asks for, by their paths. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = new URL("page/", import.meta.url);
  const isSource = PAGE_SCRIPT.endsWith(".ts");
  const names = (await readdir(folder)).filter((name) => name.endsWith(isSource ? ".ts" : ".js"));
  const files = new Map([["/page/style.css", { type: "text/css", body: PAGE_STYLE }]]);
  for (const name of names) {
    const text = await readFile(new URL(name, folder), "utf8");
    const body = isSource ? stripTypeScriptTypes(text) : text;
    files.set(`/page/${name}`, { type: "text/javascript; charset=utf-8", body });
  }
  return files;
}
