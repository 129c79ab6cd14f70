import { BenthamError } from "@bentham/core";
import type { BrowserContextOptions } from "playwright-core";
import { BrowserHost, type BrowserHostOptions } from "./browser-host.ts";
import type { OpenSession } from "./open-session.ts";
import type { SessionParts } from "./pooled-session.ts";

/** Most sessions of one browser: a browser that has to be ended takes no more with it. */
export const MOST_SESSIONS = 4;

/** A browser, perhaps on its way up, and how many sessions it has. */
interface Slot {
  readonly host: Promise<BrowserHost>;
  sessions: number;
  /** There once it has come up. */
  started?: BrowserHost;
}

/** The browsers of a pool: as many as its sessions need, each ended when it is of no more use. */
export class BrowserHosts {
  readonly #options: BrowserHostOptions;
  readonly #slots = new Set<Slot>();
  readonly #endings = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: BrowserHostOptions) {
    this.#options = options;
  }

  /** Whether a session more needs no browser more. */
  get hasRoom(): boolean {
    return Array.from(this.#slots).some((slot) => hasRoom(slot));
  }

  /**
   * Starts a browser ahead of the session that will need it, where none has room and there are not `most` yet. What goes
   * wrong, that session is told.
   */
  warm(most: number): void {
    const usable = Array.from(this.#slots).filter(({ started }) => !started || started.isUsable);
    if (this.#isClosed || this.hasRoom || usable.length >= most) return;
    void Promise.allSettled([this.#start().host]);
  }

  /** Opens a session in a browser that has room for it, or in a new one. */
  async open(options: BrowserContextOptions): Promise<SessionParts> {
    if (this.#isClosed) throw new BenthamError("INTERRUPTED", "the session pool has been closed");
    const slot = this.#slotWithRoom();
    slot.sessions++;
    try {
      const host = await slot.host;
      if (slot.sessions === 1 && !(await host.isWell())) {
        await host.condemn("it did not answer when it was needed again");
        return await this.#openElsewhere(slot, options);
      }
      const session = await this.#openIn(host, options);
      return { host, session, leave: () => this.#leave(slot, host, session) };
    } catch (error) {
      this.#free(slot);
      throw error;
    }
  }

  /** Ends every browser. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const slot of this.#slots) this.#retire(slot);
    await Promise.all(this.#endings);
  }

  #slotWithRoom(): Slot {
    for (const slot of this.#slots) {
      if (slot.started && !slot.started.isUsable) this.#retireWhenEmpty(slot);
      else if (hasRoom(slot)) return slot;
    }
    return this.#start();
  }

  #start(): Slot {
    const starting = async (): Promise<BrowserHost> => {
      try {
        slot.started = await BrowserHost.start(this.#options);
        return slot.started;
      } catch (error) {
        this.#slots.delete(slot);
        throw error;
      }
    };
    const slot: Slot = { sessions: 0, host: Promise.resolve().then(starting) };
    this.#slots.add(slot);
    return slot;
  }

  async #openElsewhere(slot: Slot, options: BrowserContextOptions): Promise<SessionParts> {
    this.#retire(slot);
    const parts = await this.open(options);
    this.#free(slot);
    return parts;
  }

  /** A browser that opens no session is of no use to the next one either. */
  async #openIn(host: BrowserHost, options: BrowserContextOptions): Promise<OpenSession> {
    try {
      return await host.open(options);
    } catch (error) {
      await host.condemn("it opened no page");
      throw error;
    }
  }

  async #leave(slot: Slot, host: BrowserHost, session: OpenSession): Promise<void> {
    try {
      await session.close();
    } catch {
      await host.condemn("a session of it did not close"); // Whatever closing failed with, this ends it.
    } finally {
      await host.rest();
      this.#free(slot);
    }
  }

  #free(slot: Slot): void {
    slot.sessions--;
    if (slot.started && !slot.started.isUsable) this.#retireWhenEmpty(slot);
  }

  #retireWhenEmpty(slot: Slot): void {
    if (slot.sessions === 0) this.#retire(slot);
  }

  #retire(slot: Slot): void {
    if (!this.#slots.delete(slot)) return;
    const end = async (): Promise<void> => {
      const [started] = await Promise.allSettled([slot.host]);
      if (started.status === "fulfilled") await started.value.close();
    };
    const ending = end();
    this.#endings.add(ending);
    void ending.then(
      () => this.#endings.delete(ending),
      () => {}, // It stays: `close` tells.
    );
  }
}

function hasRoom({ started, sessions }: Slot): boolean {
  return (!started || started.isUsable) && sessions < MOST_SESSIONS;
}
