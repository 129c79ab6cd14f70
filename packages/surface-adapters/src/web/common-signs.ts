// What any page may show, whatever its surface: markers of walls, and words of limits and errors. English words only.
// Sources: steipete/oracle (2026-08), apify/crawlee (2026-08-21) and SeleniumBase (2026-06-11), read 2026-10.

/** A page that wants to know whether it is a person who asks. It is never answered: the cell waits for a person. */
export const CHALLENGE: { readonly title: RegExp; readonly url: RegExp; readonly css: readonly string[] } = {
  title: /^just a moment|attention required.*cloudflare/i,
  url: /google\.[a-z.]+\/sorry\/|bing\.com\/(?:challenge|turing)/i,
  css: [
    "#challenge-form",
    "#challenge-running",
    "#cf-challenge-running",
    "[class*=cf-challenge]",
    "iframe[src*='challenges.cloudflare.com']",
    "#captcha-form",
    "form#captchaform",
    "#captchaAnswer",
    ".b_captcha",
    ".anomaly-modal__title",
    "form[action*='validateCaptcha']",
    "iframe[src*='_Incapsula_Resource']",
    "iframe[src*='arkoselabs.com']",
    "iframe[src*='captcha-delivery.com']",
    "#px-captcha",
  ],
};

/** An account that was shut out by its site, for good or until a person sees to it. */
export const ACCOUNT_LOCKED: RegExp =
  /(?:suspicious|unusual) (?:activity|sign-?in)|account (?:has been |is |was )?(?:temporarily |permanently )?(?:suspended|locked|disabled|deactivated|banned)/i;

/** A limit that was reached. */
export const RATE_LIMIT: RegExp =
  /too many requests|sending (?:messages|too many)|too quickly|temporarily limited access|please wait a few minutes|rate limit(?:ed)?|slow down|reached (?:our|your|the) .{0,20}(?:limit|cap)|hit .{0,20}limit|usage cap|try again (?:at|after|in) /i;

/** Something that went wrong on the other side. */
export const ERROR: RegExp =
  /something went wrong|something seems to have gone wrong|failed to generate|temporarily unavailable|error generating|network error|conversation (?:too long|not found)/i;

/** Answers at least this long, in characters, are answers, whatever words are in them. */
export const SHORTEST_SAFE_ANSWER = 400;

const UNITS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

/** The wait that a page asks for in words, in milliseconds: "try again in 2 minutes". */
export function waitOf(text: string): number | undefined {
  const [, count, unit = ""] = /\b(\d{1,4}) (second|minute|hour)s?\b/i.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
}
