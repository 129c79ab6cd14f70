export { createSessionPool, type DisposableSessionPool, type SessionPoolOptions } from "./create-session-pool.ts";
export { findChromium } from "./find-chromium.ts";
export { SESSION_MODES, type SessionMode } from "./session-mode.ts";
export type { SessionState } from "./pooled-session.ts";
