import { BenthamError, didYouMean, type SurfaceAdapter, type SurfaceAdapterRegistry } from "@bentham/core";
import { builtInAdapters } from "./built-in.ts";

/**
 * Finds the adapter of a job: the one its surface names, or the one that is named as the surface.
 *
 * @param adapters Every adapter that is to be found. @default the built-in ones
 * @throws BenthamError CONFIG_INVALID when two adapters have one name.
 */
export function createAdapterRegistry(adapters: readonly SurfaceAdapter[] = builtInAdapters): SurfaceAdapterRegistry {
  const byName = new Map<string, SurfaceAdapter>();
  for (const adapter of adapters) {
    if (byName.has(adapter.name)) {
      throw new BenthamError("CONFIG_INVALID", `two surface adapters are named "${adapter.name}": rename one of them`);
    }
    byName.set(adapter.name, adapter);
  }
  return {
    resolve(job) {
      const name = job.surface?.adapter ?? job.surfaceId;
      const adapter = byName.get(name);
      if (!adapter) throw unknownAdapter(name, job.surfaceId, [...byName.keys()]);
      return adapter;
    },
  };
}

function unknownAdapter(name: string, surfaceId: string, known: readonly string[]): BenthamError {
  const surface = name === surfaceId ? "" : ` for the surface "${surfaceId}"`;
  const hint = [didYouMean(name, known), `known are: ${known.join(", ")}`].filter(Boolean).join(" ");
  return new BenthamError("SURFACE_UNKNOWN", `there is no adapter "${name}"${surface}: ${hint}`);
}
