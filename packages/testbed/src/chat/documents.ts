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
<form data-testid="login"><input type="email" name="email"><input type="password" name="password"><button>Sign in</button></form>`,
);

/** The page that stands before the chat for who might be a robot. */
export const CHALLENGE_DOCUMENT: string = CHALLENGE_PAGE.replace(
  "</body>",
  '<form id="challenge-form"><p>Verifying you are human.</p></form>\n</body>',
);

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
