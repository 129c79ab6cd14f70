export { createWebAdapter, webSurfaceInfo } from "./web/web-adapter.ts";
export type { Candidates, WebDefinition } from "./web/web-definition.ts";
export { normaliseText } from "./web/normalise-text.ts";
export { createAdapterRegistry } from "./create-adapter-registry.ts";
export { builtInAdapters, builtInSurfaces } from "./built-in.ts";
export type { SurfaceAdapterInfo } from "./surface-adapter-info.ts";
export { askRecorded, type RecordedQuestion } from "./ask-recorded.ts";
