import type { KnownSurface } from "@bentham/orchestrator";
import { builtInSurfaces } from "@bentham/surface-adapters";

/** The surfaces that a study can name. */
export const knownSurfaces: readonly KnownSurface[] = builtInSurfaces;
