/** Longest text of an error page, in UTF-16 code units. A longer one has said something beside the error. */
const LONGEST_ERROR = 800;

/** Most text below a heading that names a status. What explains a status at length is an answer. */
const LONGEST_BELOW = 250;

const STATUS_NAMES = [
  "bad request|unauthorized|forbidden|access denied|(?:page )?not found|request time-?out|too many requests",
  "|(?:internal )?server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out",
  "|web server is (?:down|returning an unknown error)|origin is unreachable",
].join("");

/** How a server that fails heads its page: with a number, or with a name that nobody else says. */
const STATUS_HEADINGS: readonly RegExp[] = [
  `(?:(?:http(?:/\\d(?:\\.\\d)?)?|error|status)[: ]*(?:error[: ]*)?)?[45]\\d\\d[:. |–—-]*(?:error|${STATUS_NAMES})[.!]?`,
  `.{0,60}[|] (?:[45]\\d\\d: )?(?:${STATUS_NAMES})`,
  `(?:${STATUS_NAMES})(?: error)? [([]?(?:error )?[45]\\d\\d[)\\]]?`,
  "(?:bad gateway|service temporarily unavailable|internal server error|gateway time-?out|web server is down)[.!]?",
  "(?:http )?error[: ]+(?:code[: ]+)?(?:[45]\\d\\d|1[01]\\d\\d)",
].map((heading) => new RegExp(`^(?:${heading})$`));

/** How pages that are no answer begin. Each is a phrase of a server, a browser or a chat page, not of people. */
const OPENINGS: readonly RegExp[] = [
  "application error: a (?:client|server)-side exception has occurred",
  "this site can't be reached",
  "this page isn't working",
  "upstream connect error or disconnect/reset before headers",
  "no healthy upstream",
  "this serverless function has (?:crashed|timed out)",
  "the request could not be satisfied",
  "(?:sorry, )?you have been blocked",
  "attention required! \\| cloudflare",
  "just a moment\\.\\.\\.(?:$| checking)",
  "the server (?:encountered an internal error|is temporarily unable to service your request)",
  "(?:oops!? ?)?(?:hmm\\W+)?something (?:seems to have gone|went) wrong(?:\\.|!|$)(?: *$|.*\\b(?:try again|try reloading|refresh|contact us|help center))",
  "(?:there was an |an |a network )error (?:occurred )?(?:generating a response|while processing your request|occurred\\b.*\\b(?:try again|refresh|help center))",
  "(?:a )?network error(?:\\.|$)",
  "our (?:systems|servers) are (?:a bit )?(?:busy|overloaded|at capacity)",
  "we(?:'re| are) (?:currently )?experiencing (?:exceptionally )?(?:high|heavy) (?:demand|load|traffic)",
].map((opening) => new RegExp(`^(?:${opening})`));

/**
 * Whether `text` is that of an error page, and no answer: a short text that begins as servers, browsers and chat pages
 * say that they failed, the markup of such a page, or the body of an API's error. It would rather miss one than call an
 * answer one: a text that tells about errors is an answer.
 */
export function isErrorPage(text: string): boolean {
  const trimmed = text.trim();
  if (/^<(?:!doctype|html|\?xml|head|error\b)/i.test(trimmed)) return isErrorMarkup(trimmed);
  if (trimmed.length > LONGEST_ERROR) return false;
  if (trimmed.startsWith("{")) return isErrorBody(trimmed);
  return isErrorText(trimmed);
}

function isErrorText(text: string): boolean {
  const lines = linesOf(text);
  const [heading = "", ...below] = lines;
  if (below.join(" ").length <= LONGEST_BELOW && isStatusHeading(heading)) return true;
  return OPENINGS.some((opening) => opening.test(lines.join(" ")));
}

function isStatusHeading(line: string): boolean {
  return STATUS_HEADINGS.some((heading) => heading.test(line));
}

/** Lines that say something, in lower case and with straight apostrophes. */
function linesOf(text: string): string[] {
  const lines = text.toLowerCase().replaceAll("\u2019", "'").split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

/** Markup, by its title or its first heading; one answered to "write me a page" is an answer. */
function isErrorMarkup(markup: string): boolean {
  if (/^(?:<\?xml[^>]*>\s*)?<error>\s*<code>/i.test(markup)) return true;
  const heading = /<title[^>]{0,200}>([^<]{1,200})|<h1[^>]{0,200}>([^<]{1,200})/i.exec(markup.slice(0, 20_000));
  return heading !== null && isErrorText(heading[1] ?? heading[2] ?? "");
}

/** What APIs answer with when they fail: an object that holds an error, and nothing that could be an answer. */
function isErrorBody(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("error" in body) || !body.error) return false;
    const beside = new Set(["error", "type", "status", "code", "message", "request_id", "timestamp", "path", "detail"]);
    return Object.keys(body).every((key) => beside.has(key));
  } catch {
    return false; // Not JSON: then it is what somebody said.
  }
}
