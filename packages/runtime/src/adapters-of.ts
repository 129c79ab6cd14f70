import type { SurfaceAdapterRegistry } from "@bentham/core";
import {
  builtInAdapters,
  createAdapterRegistry,
  createWebAdapter,
  type WebDefinition,
} from "@bentham/surface-adapters";

/** The built-in adapters, and those of web surfaces. */
export function adaptersOf(webSurfaces: readonly WebDefinition[]): SurfaceAdapterRegistry {
  return createAdapterRegistry([...builtInAdapters, ...webSurfaces.map((definition) => createWebAdapter(definition))]);
}
