import type { BrowserContext, Page } from "playwright-core";
import { BenthamError } from "./errors/bentham-error.ts";
import type { SessionLease } from "./ports/session-pool.ts";

/** What a browser session holds. */
export interface PlaywrightSession {
  readonly context: BrowserContext;
  readonly page: Page;
}

/**
 * The browser behind a session. Nothing of Playwright is loaded by it.
 *
 * @throws BenthamError INTERNAL when the session is of another kind.
 */
export function playwrightSession({ id, context, page }: SessionLease): PlaywrightSession {
  if (isContext(context) && isPage(page)) return { context, page };
  throw new BenthamError("INTERNAL", `the session ${id} holds no page of Playwright's`);
}

function isContext(value: unknown): value is BrowserContext {
  return hasMethods(value, "newPage", "cookies");
}

function isPage(value: unknown): value is Page {
  return hasMethods(value, "goto", "locator", "screenshot");
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}
