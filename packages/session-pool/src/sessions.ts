import type { CredentialLease, LeaseEnding, SessionRequest } from "@bentham/core";
import type { BrowserHosts } from "./browser-hosts.ts";
import { contextOptions } from "./context-options.ts";
import { PooledSession, type SessionParts, type SessionState } from "./pooled-session.ts";
import type { Profiles } from "./profiles.ts";
import { sessionKey } from "./session-key.ts";
import { modeOf, type SessionMode } from "./session-mode.ts";
import { startingState } from "./starting-state.ts";

/** What sessions are made with. */
export interface SessionsParts {
  readonly hosts: BrowserHosts;
  readonly profiles: Profiles;
  readonly modes: Readonly<Record<string, SessionMode>>;
  /** Most that are kept idle. */
  readonly maxSessions: number;
}

/** The sessions of a pool: fresh ones, and those of accounts, which are kept for the same key. */
export class Sessions {
  readonly #parts: SessionsParts;
  /** In the order in which they were used last. */
  readonly #all = new Set<PooledSession>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** How many stand where. */
  standings(): Partial<Record<SessionState, number>> {
    const counts: Partial<Record<SessionState, number>> = {};
    for (const { state } of this.#all) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** The session of a job: the one that is kept for its key, or a fresh one. @throws what opening one throws. */
  async take(request: SessionRequest): Promise<PooledSession> {
    const { hosts, profiles, modes } = this.#parts;
    const mode = modeOf(request, modes);
    const key = sessionKey(request);
    await this.#closeIdle(({ isUsable }) => !isUsable); // Their browsers end with them.
    const kept = request.credential && (await this.#kept(mode === "sticky" ? key : undefined, request.credential));
    if (kept) return kept;
    const session = new PooledSession(key, request.credential?.id, mode);
    if (mode === "profile") return this.#warm(session, () => profiles.open(request));
    const storageState = startingState(request);
    if (!hosts.hasRoom) await this.#closeOldestIdle();
    return this.#warm(session, () =>
      hosts.open({ ...contextOptions(request), ...(storageState ? { storageState } : {}) }),
    );
  }

  /** Takes a session back from a job that is over. @throws what saving it throws; it is closed then. */
  async giveBack(
    session: PooledSession,
    ending: LeaseEnding | undefined,
    credential: CredentialLease | undefined,
  ): Promise<void> {
    try {
      await session.giveBack(ending, credential);
    } finally {
      if (session.state === "broken" || session.account === undefined) this.#all.delete(session);
      if (this.#idle().length > this.#parts.maxSessions) await this.#closeOldestIdle();
    }
  }

  async #warm(session: PooledSession, open: () => Promise<SessionParts>): Promise<PooledSession> {
    this.#all.add(session);
    try {
      await session.warm(open);
      return session;
    } catch (error) {
      this.#all.delete(session);
      throw error;
    }
  }

  /** The session that is kept for this key, and answers. Others of the same account are of no use any more. */
  async #kept(key: string | undefined, { id, savedState }: CredentialLease): Promise<PooledSession | undefined> {
    for (const session of Array.from(this.#all).filter(({ account }) => account === id)) {
      const fits = session.isUsable && session.key === key && session.isUpToDate(savedState);
      if (fits && (await session.lendAgain())) return this.#asLatest(session);
      // Also one in quarantine: that its account is lent again means that somebody has seen to it.
      if (session.state === "idle" || session.state === "quarantined") await this.#close(session);
    }
    return undefined;
  }

  #asLatest(session: PooledSession): PooledSession {
    this.#all.delete(session);
    this.#all.add(session);
    return session;
  }

  #idle(): PooledSession[] {
    return Array.from(this.#all).filter(({ state }) => state === "idle");
  }

  async #closeIdle(isChosen: (session: PooledSession) => boolean): Promise<void> {
    for (const session of this.#idle()) if (isChosen(session)) await this.#close(session);
  }

  async #closeOldestIdle(): Promise<void> {
    const [oldest] = this.#idle();
    await this.#closeIdle((session) => session === oldest);
  }

  async #close(session: PooledSession): Promise<void> {
    this.#all.delete(session);
    await session.close();
  }
}
