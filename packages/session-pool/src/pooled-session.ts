import { isDeepStrictEqual } from "node:util";
import { BenthamError, type CredentialLease, type LeaseEnding, Secret } from "@bentham/core";
import type { BrowserHost } from "./browser-host.ts";
import type { OpenSession } from "./open-session.ts";
import type { SessionMode } from "./session-mode.ts";
import type { StorageState } from "./starting-state.ts";

/** Jobs that one context serves before its state goes on in a fresh one: pages that are opened in it again and again pile up. */
const MOST_JOBS = 25;

/**
 * Where a session stands. *Cold* is one that is not there yet: nothing but what was saved of it. *Warming*, its browser and
 * its context come up, and get what was saved. *Leased*, a job has it, and nobody else. A session that is for one job ends
 * there; one that is kept, when its job has answered, has its state saved and its page closed, and is *idle*: some
 * megabytes that wait for the same key. When that comes, it is *checking*: a new page has to come up and answer, before the
 * session is leased again. A job that met a wall (a challenge, a login page, a locked account) leaves it *quarantined*: it is
 * closed, nothing of it is saved, and it is out of use until the account is lent again, which is when a person has seen to
 * it. Whatever else happened to it, its page crashed, its browser died, it did not answer, its job failed, leaves it *broken*:
 * closed, and the next one starts cold, from what was saved last.
 */
export type SessionState = "cold" | "warming" | "leased" | "idle" | "checking" | "quarantined" | "broken";

/** What a session is made of. */
export interface SessionParts {
  readonly host: BrowserHost;
  readonly session: OpenSession;
  /** Closes it; a browser in which it does not close is ended. Never rejects for the session's sake. */
  readonly leave: () => Promise<void>;
  /** Hears what was saved of it. */
  readonly onSaved?: (state: StorageState) => Promise<void>;
}

/** A session of a pool, from before it is up until it is closed. */
export class PooledSession {
  readonly key: string;
  /** Whose it is. */
  readonly account: string | undefined;
  readonly #mode: SessionMode;
  #parts: SessionParts | undefined;
  #state: SessionState = "cold";
  #jobs = 1;
  #saved: StorageState | undefined;
  #closing: Promise<void> | undefined;

  constructor(key: string, account: string | undefined, mode: SessionMode) {
    this.key = key;
    this.account = account;
    this.#mode = mode;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** What it is made of, once it is warm. */
  get parts(): SessionParts {
    if (this.#parts) return this.#parts;
    throw new BenthamError("INTERNAL", "a session was used before it was up");
  }

  /** Whether it may serve another job. */
  get isUsable(): boolean {
    return this.#state === "idle" && this.parts.host.isUsable && this.#jobs < MOST_JOBS;
  }

  /** Brings it up, for a job. @throws what `open` throws. */
  async warm(open: () => Promise<SessionParts>): Promise<void> {
    this.#state = "warming";
    try {
      this.#parts = await open();
      this.#state = "leased";
    } catch (error) {
      this.#state = "broken";
      throw error;
    }
  }

  /** Whether it has what was saved of its account last: another process, or a person, may have saved something newer. */
  isUpToDate(savedState: Secret | undefined): boolean {
    if (!savedState || !this.#saved) return savedState === undefined && this.#saved === undefined;
    return isDeepStrictEqual(JSON.parse(savedState.reveal()), this.#saved);
  }

  /** Makes it ready for another job; false, and it is closed, when it does not answer. */
  async lendAgain(): Promise<boolean> {
    this.#state = "checking";
    try {
      await this.parts.session.resume();
    } catch {
      await this.close(); // A fresh one takes its place.
      return false;
    }
    this.#state = "leased";
    this.#jobs++;
    return true;
  }

  /**
   * What becomes of it when its job is over: that of an account is saved when that has answered, and kept where it can be.
   *
   * @throws what saving throws; it is closed then.
   */
  async giveBack(ending: LeaseEnding | undefined, credential: CredentialLease | undefined): Promise<void> {
    const { session } = this.parts;
    const isToSave = this.#mode !== "ephemeral" && ending?.outcome === "answered" && !session.hasCrashed;
    if (!isToSave) return this.close(ending?.outcome);
    try {
      await this.#save(session, credential);
      if (this.#mode === "profile") return await this.close(); // Another process may want it next.
      await session.park();
      await this.parts.host.rest();
      this.#state = "idle";
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Closes it. Safe to call twice. */
  close(outcome?: LeaseEnding["outcome"]): Promise<void> {
    this.#state = outcome === "parked" ? "quarantined" : "broken";
    return (this.#closing ??= this.#parts?.leave() ?? Promise.resolve());
  }

  async #save(session: OpenSession, credential: CredentialLease | undefined): Promise<void> {
    if (!credential?.saveState) return;
    const json = JSON.stringify(await session.state());
    await credential.saveState(new Secret(json));
    this.#saved = JSON.parse(json);
    await this.parts.onSaved?.(JSON.parse(json));
  }
}
