import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the page waits for before it asks its server for suggestions, and for the menu, in milliseconds. */
export const DEBOUNCE_MS = 200;
export const HOVER_MS = 120;

/** Where the trigger of the menu is, and how high a card of the list is, in CSS pixels. */
export const TRIGGER = { x: 700, y: 300, width: 160, height: 40 };
export const CARD_HEIGHT = 300;

/** Where the list of cards begins, in CSS pixels from the top of the page. */
export const CARDS_TOP = 900;
const CARDS = 30;

/** What stands in the editor before anybody types there. */
export const DRAFT = "an old draft";

const STYLE = `body { margin: 0; font: 16px sans-serif } #search { position: absolute; left: 60px; top: 40px; width: 400px }
#trigger { position: absolute; left: 700px; top: 300px; width: 160px; height: 40px; background: #ddd }
#menu { position: absolute; left: 700px; top: 340px; width: 160px; height: 120px; background: #eee; display: none }
#editor { position: absolute; left: 60px; top: 500px; width: 500px; height: 60px; white-space: pre-wrap }
#send { position: absolute; left: 600px; top: 500px } #cards { position: absolute; top: ${CARDS_TOP}px; left: 40px; width: 600px }
.card { height: ${CARD_HEIGHT}px; border-bottom: 1px solid; box-sizing: border-box }`;

/**
 * A page such as those of shops and chats. It asks for suggestions once nothing was typed for 200 ms; for its menu once the
 * pointer was over the trigger for 120 ms with no button pressed; for a card of its list once the card is in view as the
 * page scrolls. Its editor is drawn from a model that hears `beforeinput`, as those of ProseMirror and Lexical are.
 */
const PAGE = `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
<input id="search"><div id="trigger">Menu</div><div id="menu"><button id="item">First</button></div>
<div id="editor" contenteditable="true"></div><button id="send">Send</button><div id="cards"></div>
<script>
  const ask = (path, body) => fetch(path, { method: "POST", body });
  let debounce;
  search.addEventListener("input", () => {
    clearTimeout(debounce);
    debounce = setTimeout(() => ask("/suggest", search.value), ${DEBOUNCE_MS});
  });
  let hover;
  trigger.addEventListener("mouseenter", () => { hover = setTimeout(open, ${HOVER_MS}); });
  for (const type of ["mouseleave", "mousedown"]) trigger.addEventListener(type, () => clearTimeout(hover));
  function open() { menu.style.display = "block"; ask("/menu", ""); }
  item.addEventListener("click", () => ask("/item", ""));
  for (let index = 0; index < ${CARDS}; index++) {
    const card = document.createElement("div");
    card.className = "card"; card.id = "card-" + index; card.textContent = "Card " + index;
    cards.append(card);
  }
  const asked = new Set();
  addEventListener("scroll", () => {
    for (const card of cards.children) {
      const { top, bottom } = card.getBoundingClientRect();
      if (bottom <= 0 || top >= innerHeight || asked.has(card.id)) continue;
      asked.add(card.id);
      ask("/card", card.id);
    }
  });
  let model = ${JSON.stringify(DRAFT)};
  // It goes by its own notion of what is selected, as such editors do: whatever a program selects is nothing to it.
  let isAll = false;
  editor.addEventListener("mousedown", () => { isAll = false; });
  editor.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key.length === 1 && (ctrlKey || metaKey)) isAll = key === "a";
  });
  const draw = () => {
    editor.textContent = model;
    getSelection().selectAllChildren(editor);
    getSelection().collapseToEnd();
  };
  draw();
  editor.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    if (event.inputType.startsWith("delete")) model = isAll ? "" : [...model].slice(0, -1).join("");
    else model = (isAll ? "" : model) + (/Line|Paragraph/.test(event.inputType) ? "\\n" : event.data ?? "");
    isAll = false;
    draw();
  });
  send.addEventListener("click", () => ask("/send", model));
</script>`;

/** What a page asked its server for. */
export interface BusySite extends AsyncDisposable {
  readonly url: string;
  /** The bodies of the requests of a path, in the order in which they came. */
  asked(path: string): readonly string[];
}

/** Serves the page on loopback. */
export async function startBusySite(): Promise<BusySite> {
  const requests: { readonly path: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const path = request.url ?? "";
      if (request.method === "POST") requests.push({ path, body: Buffer.concat(parts).toString() });
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(path === "/" ? PAGE : "");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked: (path) => requests.filter((request) => request.path === path).map(({ body }) => body),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
