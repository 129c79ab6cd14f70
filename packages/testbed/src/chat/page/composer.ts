/// <reference lib="dom" />

/** Where the question is typed. */
export interface Composer {
  read(): string;
  clear(): void;
}

/** Lets a composer be used. Enter sends, Shift+Enter makes a new line. */
export function openComposer(element: HTMLElement, send: () => void): Composer {
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  if (!(element instanceof HTMLTextAreaElement)) return openEditor(element);
  return {
    read: () => element.value,
    clear() {
      element.value = "";
    },
  };
}

/** A controlled editor: what is typed changes a text of its own, by `beforeinput`, and the element shows that. */
function openEditor(element: HTMLElement): Composer {
  let text = "";
  const show = (caret: number): void => {
    // A line break at the very end shows only with something after it.
    element.textContent = text.endsWith("\n") ? `${text}\n` : text;
    const node = element.firstChild;
    if (node) document.getSelection()?.collapse(node, caret);
  };
  element.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    const [from, to] = rangeIn(element, event, text.length);
    const data = insertedBy(event);
    if (data === undefined && !event.inputType.startsWith("delete")) return;
    text = text.slice(0, from) + (data ?? "") + text.slice(to);
    show(from + (data?.length ?? 0));
  });
  return {
    read: () => text,
    clear() {
      text = "";
      show(0);
    },
  };
}

function insertedBy(event: InputEvent): string | undefined {
  if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") return "\n";
  if (!event.inputType.startsWith("insert")) return undefined;
  return event.data ?? event.dataTransfer?.getData("text/plain");
}

/** What is to be replaced, as places in the text. */
function rangeIn(element: HTMLElement, event: InputEvent, length: number): [from: number, to: number] {
  const [range] = event.getTargetRanges();
  if (!range) return [length, length];
  const placeOf = (node: Node, offset: number): number => {
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(node, offset);
    return Math.min(before.toString().length, length);
  };
  return [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
}
