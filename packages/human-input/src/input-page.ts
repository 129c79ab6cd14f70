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
  /** The browser context: needed for keyboards of other countries than the United States, and for focus patterns. */
  context?(): InputContext;
  /** Tells of documents that come into the page or a frame of it. Without it that is seen some keys later. */
  on?(event: "framenavigated", listener: () => void): unknown;
  off?(event: "framenavigated", listener: () => void): unknown;
  /** Puts the page in front of the other ones of its context. */
  bringToFront?(): Promise<void>;
}

/** What input needs of a browser context. Playwright's `BrowserContext` is one. */
export interface InputContext {
  newPage(): Promise<OtherPage>;
  newCDPSession(page: unknown): Promise<DevToolsSession>;
}

/** Another page, which has the focus for a while. */
export interface OtherPage {
  bringToFront(): Promise<void>;
  close(): Promise<void>;
}

/** A session of the Chrome DevTools Protocol. */
export interface DevToolsSession {
  send(method: string, parameters?: object): Promise<unknown>;
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
