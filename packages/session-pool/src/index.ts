export { createSessionPool, type DisposableSessionPool, type SessionPoolOptions } from "./create-session-pool.ts";
export { findChromium } from "./find-chromium.ts";
