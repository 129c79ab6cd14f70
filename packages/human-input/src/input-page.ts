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
  };
}

/** Whether a session's page takes input. */
export function isInputPage(value: unknown): value is InputPage {
  return (
    hasMethods(memberOf(value, "keyboard"), "down", "up", "insertText") &&
    hasMethods(memberOf(value, "mouse"), "move", "down", "up")
  );
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return names.every((name) => typeof memberOf(value, name) === "function");
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
