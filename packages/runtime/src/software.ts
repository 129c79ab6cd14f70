import { createRequire } from "node:module";
import { z } from "zod";

/** The name and version that evidence is signed off with. */
export const software: { readonly name: string; readonly version: string } = z
  .object({ name: z.string(), version: z.string() })
  .parse(createRequire(import.meta.url)("../package.json"));
