/// <reference lib="dom" />

/** What an editor holds, and whether it takes keys. */
export interface EditorState {
  /** The value of a field, or the text of an editable element as it is shown. */
  readonly text: string;
  /** Whether it is a field, whose value is just what was typed. */
  readonly isField: boolean;
  /** Whether it is a field of one line: there Shift+Enter sends its form. */
  readonly isOneLine: boolean;
  readonly isDisabled: boolean;
  readonly isReadOnly: boolean;
  /** Most UTF-16 code units that it takes; -1 for no bound. */
  readonly longest: number;
  /** Whether what is typed goes there. */
  readonly hasFocus: boolean;
  /** Another one for each document that is loaded into the page or frame. */
  readonly document: number;
}

/**
 * Looks at an editor, or at the one within an element: what takes text there, and not a field for files beside it or
 * something fixed in it. It runs in the page: nothing outside of it is there.
 */
export function editorStateOf(element: HTMLElement): EditorState {
  const takesNoText = "hidden file checkbox radio button submit reset image range color".split(" ");
  const selector = `input:not(${takesNoText.map((type) => `[type=${type}]`).join()}), textarea, [contenteditable]`;
  const isEditor = element.matches(selector) || element.isContentEditable;
  const within = isEditor ? [element] : Array.from(element.querySelectorAll<HTMLElement>(selector));
  const editor = within.find((one) => !one.matches("[contenteditable=false]")) ?? within[0] ?? element;
  const field = editor instanceof HTMLInputElement || editor instanceof HTMLTextAreaElement ? editor : undefined;

  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  let hasFocus = active instanceof HTMLElement && active.isContentEditable && active.contains(element);
  for (let node: Element | null = active; node && !hasFocus;) {
    hasFocus = node === element;
    const root = node.getRootNode();
    node = node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  for (let frame = window.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement ?? null) {
    const root = frame.getRootNode();
    if ((root instanceof ShadowRoot ? root : frame.ownerDocument).activeElement !== frame) hasFocus = false;
  }
  return {
    text: field?.value ?? editor.innerText,
    isField: field !== undefined,
    isOneLine: field instanceof HTMLInputElement,
    isDisabled: field?.matches(":disabled") ?? false,
    isReadOnly: field?.readOnly ?? editor.matches("[contenteditable=false]"),
    longest: field?.maxLength ?? -1,
    hasFocus,
    document: performance.timeOrigin,
  };
}
