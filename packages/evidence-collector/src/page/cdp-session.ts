import type { PlaywrightSession } from "@bentham/core/playwright";

/** A connection of our own to a page, beside Playwright's. */
export type CdpSession = Awaited<ReturnType<PlaywrightSession["context"]["newCDPSession"]>>;

/**
 * What an expression comes to in the page's own world, as JSON. Playwright's way to do so goes by a script of its own there.
 *
 * @throws Error with what the page threw.
 */
export async function evaluateIn<Value>(cdp: CdpSession, expression: string): Promise<Value> {
  const { result, exceptionDetails } = await cdp.send("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}
