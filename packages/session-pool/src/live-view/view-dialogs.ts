import type { Dialog } from "playwright-core";

/** What a page asks in a dialog, for the view. */
export interface ShownDialog {
  readonly id: number;
  readonly type: string;
  /** Whose page asks. */
  readonly from: string;
  readonly message: string;
  /** What is there to begin with, of one that wants a text. */
  readonly value: string;
}

/** Longest text of a dialog that is shown. */
const MOST_TEXT = 10_000;

/** Dialogs that wait for the person, in the order in which they were opened: one holds up its own page, and not the others. */
export class ViewDialogs {
  readonly #waiting = new Map<number, Dialog>();
  readonly #onChange: () => void;
  #opened = Promise.withResolvers<void>();
  #last = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Resolves when the next one opens. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** The one to answer next. */
  get current(): ShownDialog | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const [id, dialog] = first;
    return {
      id,
      type: dialog.type(),
      from: URL.parse(dialog.page()?.url() ?? "")?.host || "a page",
      message: dialog.message().slice(0, MOST_TEXT),
      value: dialog.defaultValue().slice(0, MOST_TEXT),
    };
  }

  /** One that a page has opened. It is gone with its page. */
  add(dialog: Dialog): void {
    const id = ++this.#last;
    this.#waiting.set(id, dialog);
    dialog.page()?.once("close", () => this.#remove(id));
    this.#opened.resolve();
    this.#opened = Promise.withResolvers();
    this.#onChange();
  }

  /** Answers one; false when it waits no more. */
  async answer(id: number, isAccepted: boolean, text: string): Promise<boolean> {
    const dialog = this.#waiting.get(id);
    if (!dialog) return false;
    this.#remove(id);
    const answering = isAccepted ? dialog.accept(dialog.type() === "prompt" ? text : undefined) : dialog.dismiss();
    await Promise.allSettled([answering]); // Its page may be gone by now.
    return true;
  }

  /** Dismisses all that wait. */
  async dismissAll(): Promise<void> {
    const ids = Array.from(this.#waiting.keys());
    await Promise.all(ids.map((id) => this.answer(id, false, "")));
  }

  #remove(id: number): void {
    if (this.#waiting.delete(id)) this.#onChange();
  }
}
