export { createAdapterRegistry } from "./create-adapter-registry.ts";
export { builtInAdapters, builtInSurfaces } from "./built-in.ts";
export type { SurfaceAdapterInfo } from "./surface-adapter-info.ts";
