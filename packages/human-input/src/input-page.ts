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
