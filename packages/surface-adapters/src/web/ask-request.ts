import type { Page, Request, Response } from "playwright-core";
import type { HttpAnswer } from "./http-trouble.ts";
import type { AskRequest } from "./next-watch.ts";

/** Follows the request by which a page asks, where its surface's definition says which one that is. */
export class AskRequestWatch implements Disposable {
  readonly #page: Page;
  readonly #path: string | undefined;
  #request: Request | undefined;
  #state: AskRequest = "unknown";
  #answer: HttpAnswer | undefined;
  #failure: string | undefined;

  /** @param path Part of the path of its URL. */
  constructor(page: Page, path: string | undefined) {
    this.#page = page;
    this.#path = path;
    page.on("request", this.#onRequest);
    page.on("response", this.#onResponse);
    page.on("requestfinished", this.#onFinished);
    page.on("requestfailed", this.#onFailed);
  }

  get state(): AskRequest {
    return this.#state;
  }

  /** What its answer began with. */
  get answer(): HttpAnswer | undefined {
    return this.#answer;
  }

  /** Chromium's word for what it failed of. */
  get failure(): string | undefined {
    return this.#failure;
  }

  [Symbol.dispose](): void {
    this.#page.off("request", this.#onRequest);
    this.#page.off("response", this.#onResponse);
    this.#page.off("requestfinished", this.#onFinished);
    this.#page.off("requestfailed", this.#onFailed);
  }

  readonly #onRequest = (request: Request): void => {
    if (this.#path === undefined || !URL.parse(request.url())?.pathname.includes(this.#path)) return;
    this.#request = request;
    this.#state = "running";
    this.#answer = undefined;
    this.#failure = undefined;
  };

  readonly #onResponse = (response: Response): void => {
    if (response.request() !== this.#request) return;
    this.#answer = { status: response.status(), headers: response.headers() };
  };

  readonly #onFinished = (request: Request): void => {
    if (request === this.#request) this.#state = "ended";
  };

  readonly #onFailed = (request: Request): void => {
    if (request !== this.#request) return;
    this.#state = "ended";
    this.#failure = request.failure()?.errorText ?? "it failed";
  };
}
