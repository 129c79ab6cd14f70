import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Desk } from "./bentham.ts";

/** What the evidence of an attempt holds of its last exchange. */
export interface KeptExchange {
  readonly status: number;
  /** How it ended: `complete`, `failed`, `too-large`, `cancelled` or `open`. */
  readonly ending: string;
  /** What its reader was given, byte by byte. */
  readonly body: Buffer;
}

/** Reads the last exchange out of a bag, without any code of Bentham's. */
export async function keptExchange(desk: Desk, bagPath: string | null | undefined): Promise<KeptExchange> {
  if (!bagPath) throw new Error("the attempt has no bag");
  const path = join(desk.folder, ".bentham", "evidence", bagPath, "data", "network.har");
  const { log } = JSON.parse(await readFile(path, "utf8"));
  const { response, _ending: ending } = log.entries.at(-1);
  const { text = "", encoding = "utf8" } = response.content;
  return { status: response.status, ending, body: Buffer.from(text, encoding) };
}
