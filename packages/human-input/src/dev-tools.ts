import type { DevToolsSession, InputContext, InputPage } from "./input-page.ts";

/** The session of each page: opened once, and gone with the page. */
const SESSIONS = new WeakMap<InputPage, Promise<DevTools>>();

/** Sends commands of the Chrome DevTools Protocol to one page. */
export class DevTools {
  readonly #session: DevToolsSession;

  private constructor(session: DevToolsSession) {
    this.#session = session;
  }

  /** The one session with a page; undefined for one whose browser context is not known. */
  static async of(page: InputPage): Promise<DevTools | undefined> {
    const context = page.context?.();
    if (!context) return undefined;
    const session = SESSIONS.get(page) ?? DevTools.#open(page, context);
    SESSIONS.set(page, session);
    try {
      return await session;
    } catch (error) {
      SESSIONS.delete(page);
      throw error;
    }
  }

  static async #open(page: InputPage, context: InputContext): Promise<DevTools> {
    return new DevTools(await context.newCDPSession(page));
  }

  /** One key: what a page is told of it, and what it types. */
  async key(event: KeyCommand): Promise<void> {
    await this.#session.send("Input.dispatchKeyEvent", event);
  }

  /** Whether the page takes itself to have the focus at all times, as Playwright has it, or only when it has. */
  async emulateFocus(enabled: boolean): Promise<void> {
    await this.#session.send("Emulation.setFocusEmulationEnabled", { enabled });
  }
}

/** Parameters of `Input.dispatchKeyEvent`. */
export interface KeyCommand {
  readonly type: "keyDown" | "rawKeyDown" | "keyUp";
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  readonly modifiers: number;
  readonly location?: number;
  readonly text?: string;
  readonly unmodifiedText?: string;
}
