import type { Clock } from "@bentham/core";
import type { BrowserContext, Dialog, Page } from "playwright-core";
import { takeInHand } from "./in-hand.ts";
import { type ShownDialog, ViewDialogs } from "./view-dialogs.ts";
import type { ViewSize } from "./view-document.ts";
import type { ViewInput } from "./view-input.ts";
import { ViewWindow } from "./view-window.ts";

/** Most windows at once: a page that opens more does a person no good. */
const MOST_WINDOWS = 6;

/** What the view's page is told of the windows, beside their pictures. */
export interface WindowState {
  readonly windows: readonly { readonly id: number; readonly name: string }[];
  /** The one that is shown. */
  readonly current: number;
  readonly size: ViewSize;
  /** What one of them asks. @default nothing */
  readonly dialog?: ShownDialog;
}

/** Who watches the windows. */
export interface WindowWatcher {
  /** JPEG in base64. */
  readonly picture: (frame: string) => void;
  readonly state: (state: WindowState) => void;
}

/**
 * The windows of a session that a person has before them. The one that was opened last is shown, until the person takes another one or
 * it closes; then the one that had opened it is. A session ends with its first page, and so does this.
 */
export class ViewWindows implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #clock: Clock;
  readonly #hand: Disposable;
  readonly #windows: ViewWindow[] = [];
  /** Those of the windows, and of those that are about to be one. */
  readonly #pages = new Set<Page>();
  readonly #watchers = new Set<WindowWatcher>();
  readonly #dialogs = new ViewDialogs(() => this.#tellState());
  /** One after the other: of two windows that are brought to the front at once, either could be. */
  #turn: Promise<void> = Promise.resolve();
  #last = 0;
  #shown: ViewWindow | undefined;
  #picture: string | undefined;
  #isLeft = false;

  private constructor(context: BrowserContext, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
    this.#hand = takeInHand(context);
    context.on("page", this.#onPage);
    context.on("dialog", this.#onDialog);
  }

  /** Shows the first page of a context, and all that is opened from now on. */
  static async open(context: BrowserContext, page: Page, clock: Clock): Promise<ViewWindows> {
    const windows = new ViewWindows(context, clock);
    try {
      await windows.#add(page);
      return windows;
    } catch (error) {
      await windows[Symbol.asyncDispose]();
      throw error;
    }
  }

  get state(): WindowState {
    const dialog = this.#dialogs.current;
    const shown = this.#shown;
    return {
      windows: this.#windows.map(({ id, name }) => ({ id, name })),
      current: shown?.id ?? 0,
      size: shown?.size ?? { width: 1280, height: 800 },
      ...(dialog ? { dialog } : {}),
    };
  }

  /** Tells how it is, and what changes; gives what ends that. */
  watch(watcher: WindowWatcher): () => void {
    this.#watchers.add(watcher);
    watcher.state(this.state);
    if (this.#picture !== undefined) watcher.picture(this.#picture);
    return () => void this.#watchers.delete(watcher);
  }

  /** Gives an input to the window that is shown; while a page asks something, none is taken. */
  async give(input: ViewInput): Promise<void> {
    if (!this.#dialogs.current) await this.#shown?.give(input, this.#dialogs.opened);
  }

  async go(to: "back" | "reload"): Promise<void> {
    await Promise.race([this.#shown?.go(to), this.#dialogs.opened]);
  }

  /** Shows one of them; false when it is there no more. */
  async choose(id: number): Promise<boolean> {
    const chosen = this.#windows.find((one) => one.id === id);
    if (chosen) await this.#show(chosen);
    return chosen !== undefined;
  }

  /** Closes one of them; false when it is there no more, or is the first. */
  async close(id: number): Promise<boolean> {
    const chosen = this.#windows.slice(1).find((one) => one.id === id);
    await chosen?.close();
    return chosen !== undefined;
  }

  /** Answers a dialog; false when it waits no more. */
  answer(id: number, isAccepted: boolean, text: string): Promise<boolean> {
    return this.#dialogs.answer(id, isAccepted, text);
  }

  /** Closes what was opened meanwhile; the session is as a job has it again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeft = true;
    this.#watchers.clear();
    this.#context.off("page", this.#onPage);
    this.#context.off("dialog", this.#onDialog);
    this.#hand[Symbol.dispose]();
    await this.#dialogs.dismissAll();
    await this.#turn;
    const [first, ...others] = this.#windows;
    await Promise.all(others.map((window) => Promise.allSettled([window.page.close()])));
    await first?.leave();
  }

  readonly #onPage = (page: Page): void => {
    const isOneTooMany = this.#pages.size >= MOST_WINDOWS;
    // One that has closed again by then was never there.
    void Promise.allSettled([isOneTooMany ? page.close() : this.#add(page)]);
  };

  readonly #onDialog = (dialog: Dialog): void => this.#dialogs.add(dialog);

  async #add(page: Page): Promise<void> {
    this.#pages.add(page);
    page.once("close", () => this.#pages.delete(page));
    const window = await ViewWindow.of(++this.#last, page, this.#clock);
    if (page.isClosed()) return;
    if (this.#isLeft) return page.close();
    this.#windows.push(window);
    page.once("close", () => void this.#remove(window));
    if (this.#windows.length > 1) page.once("crash", () => void Promise.allSettled([page.close()]));
    page.on("framenavigated", () => this.#tellState());
    await this.#show(window);
  }

  async #remove(window: ViewWindow): Promise<void> {
    const at = this.#windows.indexOf(window);
    if (at < 0) return;
    this.#windows.splice(at, 1);
    this.#tellState();
    if (this.#shown !== window) return;
    const opener = await openerOf(window.page);
    const next = this.#windows.find(({ page }) => page === opener) ?? this.#windows.at(-1);
    if (next) await this.#show(next);
  }

  #show(window: ViewWindow): Promise<void> {
    const show = async (): Promise<void> => {
      if (this.#isLeft || this.#shown === window || !this.#windows.includes(window)) return;
      await this.#shown?.hide();
      this.#shown = window;
      this.#picture = undefined;
      this.#tellState();
      await window.show((frame) => {
        if (this.#shown !== window) return;
        this.#picture = frame;
        for (const { picture } of this.#watchers) picture(frame);
      });
    };
    return (this.#turn = this.#turn.then(show));
  }

  #tellState(): void {
    for (const { state } of this.#watchers) state(this.state);
  }
}

/** The page that has opened another one, where that is there still. */
async function openerOf(page: Page): Promise<Page | null> {
  const [opener] = await Promise.allSettled([page.opener()]);
  return opener.status === "fulfilled" ? opener.value : null;
}
