/** What the view's page says beside the picture. */
export interface ViewTexts {
  /** What is to be seen to. */
  readonly title: string;
  /** What the person should know of it, a line each. */
  readonly facts: readonly string[];
  /** What it means to be done. */
  readonly done: string;
  /** What it means to give it up; without it, nothing can be given up. */
  readonly blocked?: string | undefined;
}

/** How large the shown page is, in CSS pixels. */
export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

/** The view's page. */
export function viewDocument({ title, facts, done, blocked }: ViewTexts, { width, height }: ViewSize): string {
  const giveUp = blocked === undefined ? "" : `<button id="blocked">${escaped(blocked)}</button>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title><link rel="stylesheet" href="/view.css"></head>
<body>
<header>
<h1>${escaped(title)}</h1>
<ul>${facts.map((fact) => `<li>${escaped(fact)}</li>`).join("")}</ul>
<p>This is the page as the study's browser has it. Use mouse and keyboard on it, then say how it went. Bentham solves nothing by
itself.</p>
<nav>
<button id="done">${escaped(done)}</button> ${giveUp}
<button id="back">Back</button> <button id="reload">Reload</button>
<input id="text" type="password" aria-label="Text to put in" placeholder="a password, say" autocomplete="off">
<button id="put">Put it in</button>
</nav>
<p id="status" role="status"></p>
<div id="windows" role="group" aria-label="Windows of the page" hidden></div>
<form id="dialog" hidden>
<p id="asks"></p>
<pre id="message"></pre>
<input id="answer" aria-label="Answer" autocomplete="off">
<button id="accept">OK</button> <button id="dismiss" type="button">Cancel</button>
</form>
</header>
<img id="picture" tabindex="0" alt="the page" width="${width}" height="${height}" data-width="${width}" data-height="${height}">
<script src="/view.js"></script>
</body>
</html>
`;
}

/** Its style sheet. */
export const VIEW_STYLE = `
body { margin: 0; font: 15px/1.5 sans-serif; color: #222; background: #eee; }
header { padding: .5rem 1rem; background: #fff; border-bottom: 1px solid #ccc; }
h1 { font-size: 1.1rem; margin: 0; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
p { margin: .25rem 0; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
button { font: inherit; padding: .25rem .75rem; }
#done { background: #0a6; color: #fff; border: 1px solid #085; }
#windows button[aria-pressed=true] { font-weight: bold; }
#dialog { margin: .5rem 0; padding: .5rem 1rem; border: 2px solid #c60; }
#message { font: inherit; margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow: auto; }
[hidden] { display: none; }
#picture { display: block; margin: 1rem auto; background: #fff; border: 1px solid #888; cursor: default; }
#picture:focus { outline: 3px solid #48c; }
[data-over] #picture { opacity: .3; }
`;

/** Text that stands for itself in HTML: what a surface or a study says is never markup here. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
