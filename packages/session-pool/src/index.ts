export { createSessionPool, type DisposableSessionPool, type SessionPoolOptions } from "./create-session-pool.ts";
export { findChromium } from "./find-chromium.ts";
export { SESSION_MODES, type SessionMode } from "./session-mode.ts";
export type { SessionState } from "./pooled-session.ts";
export { type LiveView, type LiveViewOptions, openLiveView, type ViewEnding } from "./live-view/open-live-view.ts";
export type { ViewChoice } from "./live-view/view-desk.ts";
export type { ViewTexts } from "./live-view/view-document.ts";
