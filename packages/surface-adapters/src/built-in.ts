import type { SurfaceAdapter } from "@bentham/core";
import { anthropic } from "./api/anthropic.ts";
import type { ApiVendor } from "./api/api-vendor.ts";
import { ask } from "./api/ask.ts";
import { openai } from "./api/openai.ts";
import { openaiCompatible } from "./api/openai-compatible.ts";
import type { SurfaceAdapterInfo } from "./surface-adapter-info.ts";

const vendors: readonly ApiVendor[] = [openai, anthropic, openaiCompatible];

/** The adapters that come with Bentham. */
export const builtInAdapters: readonly SurfaceAdapter[] = vendors.map((vendor) => ({
  name: vendor.name,
  version: vendor.version,
  reading: { textIn: (body) => vendor.textIn(body) },
  ask: (job, context) => ask(vendor, job, context),
}));

/** What a plan must know of {@link builtInAdapters}, in the same order. */
export const builtInSurfaces: readonly SurfaceAdapterInfo[] = vendors;
