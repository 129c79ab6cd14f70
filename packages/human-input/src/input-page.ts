/** What input needs of a page. Playwright's `Page` is one. */
export interface InputPage {
  readonly keyboard: {
    down(key: string): Promise<void>;
    up(key: string): Promise<void>;
    insertText(text: string): Promise<void>;
  };
  readonly mouse: {
    move(x: number, y: number): Promise<void>;
    down(): Promise<void>;
    up(): Promise<void>;
    wheel(deltaX: number, deltaY: number): Promise<void>;
  };
  /** Size of what is seen of the page, in CSS pixels; nothing is clicked outside it. Null where it is not known. */
  viewportSize?(): { readonly width: number; readonly height: number } | null;
}

/** Whether a session's page takes input. */
export function isInputPage(value: unknown): value is InputPage {
  return (
    hasMethods(memberOf(value, "keyboard"), "down", "up", "insertText") &&
    hasMethods(memberOf(value, "mouse"), "move", "down", "up", "wheel")
  );
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return names.every((name) => typeof memberOf(value, name) === "function");
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
