import { CHALLENGE_PAGE } from "../llm/pages.ts";

/** What stands in the chat's document. */
export interface DocumentParts {
  readonly composer: "textarea" | "contenteditable";
  readonly csrf: string;
  /** Whether the visitor has not said yet what they consent to. */
  readonly asksConsent: boolean;
  /** Whether the layout has changed: everything goes by other test ids. */
  readonly isChanged: boolean;
  /** Where its script is. */
  readonly script: string;
}

/** The chat page. */
export function chatDocument({ composer, csrf, asksConsent, isChanged, script }: DocumentParts): string {
  const id = (name: string): string => `data-testid="${isChanged ? `v2-${name}` : name}"`;
  const field =
    composer === "textarea"
      ? `<textarea data-composer ${id("composer")} aria-label="Question"></textarea>`
      : `<div data-composer ${id("composer")} contenteditable="true" role="textbox" aria-label="Question"></div>`;
  const consent = `<div role="dialog" data-testid="consent"><p>We use cookies.</p><button>Accept all</button> <button>Reject all</button></div>`;
  return page(
    "Testbed chat",
    `<header><h1>Testbed chat</h1></header>
<main></main>
<footer>${field}
<button data-send ${id("send")}>Send</button>
<button data-stop ${id("stop")} hidden>Stop</button></footer>
<form hidden><input type="hidden" name="csrf" value="${csrf}"><input type="password" name="password"></form>
${asksConsent ? consent : ""}
<script type="module" src="${script}"></script>`,
  );
}

/** The page that stands before the chat for who has to sign in. */
export const LOGIN_DOCUMENT: string = page(
  "Sign in",
  `<h1>Sign in to continue</h1>
<form data-testid="login" method="post" action="/api/login"><input type="text" name="name" autofocus><input type="password" name="password"><button>Sign in</button></form>`,
);

/** The page that stands before the chat for whose account was locked. */
export const LOCKED_DOCUMENT: string = page(
  "Testbed",
  '<h1>Sign in to continue</h1>\n<p role="alert">We noticed suspicious activity: your account has been suspended.</p>',
);

/** The page that stands before the chat for who might be a robot. */
export const CHALLENGE_DOCUMENT: string = CHALLENGE_PAGE.replace(
  "</body>",
  '<form id="challenge-form"><p>Verifying you are human.</p></form>\n</body>',
);

/**
 * The page for who might be a robot, which a person can pass: its one button takes a click of a real pointer, and nothing that
 * a script does. Where the browser keeps that in its IndexedDB, the page looks there first.
 */
export function passableChallenge(keptIn: "cookie" | "indexedDB"): string {
  const remember =
    keptIn === "cookie"
      ? "const knows = async () => false, keep = async () => {};"
      : `const store = () => new Promise((done, fail) => {
  const opening = indexedDB.open("challenge", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("passed");
  opening.onsuccess = () => done(opening.result);
  opening.onerror = () => fail(opening.error);
});
const ask = async (mode, work) => {
  const request = work((await store()).transaction("passed", mode).objectStore("passed"));
  return new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
};
const knows = async () => (await ask("readonly", (passed) => passed.get("yes"))) === true;
const keep = () => ask("readwrite", (passed) => passed.put(true, "yes"));`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Testbed</title></head>
<body>
<script type="module">
${remember}
const pass = async () => { await fetch("/api/pass", { method: "POST" }); location.reload(); };
const show = () => {
  document.title = "Just a moment...";
  const form = document.createElement("form");
  form.id = "challenge-form";
  form.innerHTML = '<p>Verifying you are human.</p><button type="button">I am a person</button>';
  const button = form.querySelector("button");
  button.style = "position:fixed;left:430px;top:260px;width:220px;height:70px;font:20px sans-serif;color:#fff;border:0;background:${CHALLENGE_COLOUR}";
  button.addEventListener("click", async (event) => {
    if (!event.isTrusted) return;
    await keep();
    await pass();
  });
  document.body.append(form);
};
if (await knows()) await pass(); else show();
</script>
</body>
</html>
`;
}

/** What the button of {@link passableChallenge} is painted with, and nothing else of the testbed is. */
export const CHALLENGE_COLOUR = "#e0218a";

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/page/style.css"></head>
<body>
${body}
</body>
</html>
`;
}
