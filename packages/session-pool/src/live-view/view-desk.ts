import type { IncomingMessage, ServerResponse } from "node:http";
import { isBenthamError } from "@bentham/core";
import { VIEW_STYLE, viewDocument, type ViewTexts } from "./view-document.ts";
import { readInputs } from "./view-input.ts";
import { viewScript } from "./view-script.ts";
import type { ViewWindows } from "./view-windows.ts";

/** Most bytes of a message of the view's page. */
const MOST_BYTES = 256 * 1024;

/** Most that may wait to be written to a viewer who is slow, in bytes: pictures in between are left out. */
const MOST_WAITING = 1024 * 1024;

/** How a person says that it went. */
export type ViewChoice = "done" | "blocked";

/** What a desk works with. */
export interface ViewDeskParts {
  readonly windows: ViewWindows;
  readonly texts: ViewTexts;
  readonly finish: (choice: ViewChoice) => Promise<string>;
  /** Somebody did something. */
  readonly seen: () => void;
  readonly end: (choice: ViewChoice, text: string) => void;
  /** What the choice means could not be done, for no reason that the person could help. */
  readonly fail: (error: unknown) => void;
}

/** Serves the view's page, its pictures, and what the person does there. Who may come, its server has seen to. */
export class ViewDesk {
  readonly #parts: ViewDeskParts;
  readonly #viewers = new Set<ServerResponse>();
  readonly #answers = new Set<Promise<void>>();
  #inputs: Promise<void> = Promise.resolve();
  #overWith: string | undefined;
  #isFinishing = false;

  constructor(parts: ViewDeskParts) {
    this.#parts = parts;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const answering = this.#answer(request, response)
      .catch(() => void response.destroy()) // A viewer who went away in the middle.
      .finally(() => this.#answers.delete(answering));
    this.#answers.add(answering);
  }

  /** Tells the viewers that it is over; the first text counts. */
  close(text: string): void {
    if (this.#overWith !== undefined) return;
    this.#overWith = text;
    for (const viewer of this.#viewers) sayOver(viewer, text);
  }

  /** Waits until every answer is given. */
  async settled(): Promise<void> {
    await Promise.all(this.#answers);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { windows, texts, seen } = this.#parts;
    const [path] = (request.url ?? "/").split("?");
    switch (`${request.method} ${path}`) {
      case "GET /":
        seen();
        return send(response, "text/html", viewDocument(texts, windows.state.size));
      case "GET /view.css":
        return send(response, "text/css", VIEW_STYLE);
      case "GET /view.js":
        return send(response, "text/javascript", `(${viewScript.toString()})();\n`);
      case "GET /frames":
        return this.#showFrames(response);
      case "POST /input":
        return this.#takeInputs(await bodyOf(request), response);
      case "POST /navigate":
        return this.#navigate(await bodyOf(request), response);
      case "POST /window":
        return this.#turnTo(await bodyOf(request), response);
      case "POST /dialog":
        return this.#answerDialog(await bodyOf(request), response);
      case "POST /end":
        return this.#finish(await bodyOf(request), response);
      default:
        return send(response, "text/plain", "there is nothing here\n", 404);
    }
  }

  #showFrames(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (this.#overWith !== undefined) return sayOver(response, this.#overWith);
    const unwatch = this.#parts.windows.watch({
      picture(frame) {
        if (response.writableLength < MOST_WAITING) response.write(`event: frame\ndata: ${frame}\n\n`);
      },
      state: (state) => void response.write(`event: state\ndata: ${JSON.stringify(state)}\n\n`),
    });
    this.#viewers.add(response);
    response.once("close", () => {
      unwatch();
      this.#viewers.delete(response);
    });
  }

  /** In the order in which they came, whatever the connections did. */
  async #takeInputs(message: unknown, response: ServerResponse): Promise<void> {
    const inputs = readInputs(message);
    if (!inputs) return send(response, "text/plain", "this is no input\n", 400);
    this.#parts.seen();
    const before = this.#inputs;
    const giveAll = async (): Promise<void> => {
      await before;
      for (const input of inputs) if (this.#overWith === undefined) await this.#parts.windows.give(input);
    };
    this.#inputs = giveAll();
    await this.#inputs;
    send(response, "text/plain", "");
  }

  async #navigate(message: unknown, response: ServerResponse): Promise<void> {
    const to = memberOf(message, "to");
    if (to !== "back" && to !== "reload") return send(response, "text/plain", "there is no such way\n", 400);
    this.#parts.seen();
    await this.#parts.windows.go(to);
    send(response, "text/plain", "");
  }

  /** Shows, or closes, one of the windows. */
  async #turnTo(message: unknown, response: ServerResponse): Promise<void> {
    const { windows, seen } = this.#parts;
    const [id, isToClose] = [memberOf(message, "id"), memberOf(message, "close") === true];
    if (typeof id !== "number") return send(response, "text/plain", "there is no such window\n", 400);
    seen();
    const isThere = await (isToClose ? windows.close(id) : windows.choose(id));
    if (isThere) send(response, "text/plain", "");
    else send(response, "text/plain", "there is no such window any more\n", 409);
  }

  async #answerDialog(message: unknown, response: ServerResponse): Promise<void> {
    const [id, accept, text] = ["id", "accept", "text"].map((name) => memberOf(message, name));
    if (typeof id !== "number" || typeof accept !== "boolean" || typeof text !== "string")
      return send(response, "text/plain", "this is no answer\n", 400);
    this.#parts.seen();
    if (await this.#parts.windows.answer(id, accept, text)) send(response, "text/plain", "");
    else send(response, "text/plain", "it is answered already\n", 409);
  }

  async #finish(message: unknown, response: ServerResponse): Promise<void> {
    const { windows, texts, finish, seen, end, fail } = this.#parts;
    const choice = memberOf(message, "choice");
    const isChoice = choice === "done" || (choice === "blocked" && texts.blocked !== undefined);
    if (!isChoice) return send(response, "text/plain", "there is no such choice\n", 400);
    if (this.#isFinishing || this.#overWith !== undefined)
      return send(response, "text/plain", "It is over already.", 409);
    seen();
    // A page that waits for an answer tells nothing of what it has.
    if (choice === "done" && windows.state.dialog)
      return send(response, "text/plain", "The page asks something: answer it first.", 409);
    this.#isFinishing = true;
    try {
      const text = await finish(choice);
      send(response, "text/plain", text);
      end(choice, text);
    } catch (error) {
      send(response, "text/plain", isBenthamError(error) ? error.message : "That failed: see the terminal.", 500);
      if (!isBenthamError(error)) fail(error);
    } finally {
      this.#isFinishing = false;
    }
  }
}

function send(response: ServerResponse, type: string, body: string, status = 200): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
}

function sayOver(response: ServerResponse, text: string): void {
  response.end(`event: over\ndata: ${text.replaceAll(/\s+/g, " ")}\n\n`);
}

/** The JSON of a request; nothing where it is none, or longer than it may be. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    if (!(part instanceof Buffer)) continue;
    length += part.length;
    if (length > MOST_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
