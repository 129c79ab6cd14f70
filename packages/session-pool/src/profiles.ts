import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { BenthamError, canonicalJson, type SessionRequest } from "@bentham/core";
import { BrowserHost, type BrowserHostOptions } from "./browser-host.ts";
import { contextOptions } from "./context-options.ts";
import { HARMLESS, type OpenSession } from "./open-session.ts";
import type { SessionParts } from "./pooled-session.ts";
import { lockProfile } from "./profile-lock.ts";
import { startingState, type StorageState } from "./starting-state.ts";

/** What a browser that was killed leaves in its profile, by which the next one would take it for in use. */
const SINGLETONS = ["SingletonLock", "SingletonCookie", "SingletonSocket"];

/** What profiles are opened with. */
export interface ProfilesOptions extends BrowserHostOptions {
  /** Where they are; made with the first. */
  readonly profiles: string;
}

/**
 * Profiles of Chromium, one for each surface, account, location and proxy, with a browser of its own for one job at a time.
 * They stay between jobs, and hold secrets in the clear, as Chromium stores them.
 */
export class Profiles {
  readonly #options: ProfilesOptions;
  /** What ends each browser that is up. */
  readonly #open = new Set<AsyncDisposableStack>();
  #isClosed = false;

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /**
   * Starts a browser with a job's profile.
   *
   * @throws BenthamError NO_RESOURCE when another job has it, BROWSER_LAUNCH_FAILED, BROWSER_CRASHED, or the signal's reason.
   */
  async open(request: SessionRequest): Promise<SessionParts> {
    const { profiles, clock } = this.#options;
    const folder = join(profiles, folderName(request));
    await makePrivate(profiles);
    await makePrivate(folder);
    await using made = new AsyncDisposableStack();
    made.adopt(await lockProfile(folder, clock, request.signal), (lock) => lock.close());
    const { host, session } = await this.#start(folder, request, made);
    if (this.#isClosed) throw new BenthamError("INTERRUPTED", "the session pool has been closed");
    const owned = made.move();
    this.#open.add(owned);
    return {
      host,
      session,
      leave: async () => {
        this.#open.delete(owned);
        await owned.disposeAsync();
      },
      onSaved: (state) => writeFile(join(folder, "state"), markOf(state), { mode: 0o600 }),
    };
  }

  /** Ends every browser. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#open, (owned) => owned.disposeAsync()));
  }

  async #start(
    folder: string,
    request: SessionRequest,
    made: AsyncDisposableStack,
  ): Promise<{ readonly host: BrowserHost; readonly session: OpenSession }> {
    const profile = join(folder, "profile");
    for (const name of SINGLETONS) await rm(join(profile, name), { force: true });
    const context = { ...HARMLESS, ...contextOptions(request) };
    const host = await BrowserHost.start({ ...this.#options, profile: { folder: profile, context } });
    made.defer(() => host.close());
    const state = startingState(request);
    const isNews = state !== undefined && markOf(state) !== (await readMark(folder));
    const session = await host.openOwn(isNews ? state : undefined);
    // A login by a person, say, came after what the profile has; it is put there once.
    if (isNews) await writeFile(join(folder, "state"), markOf(state), { mode: 0o600 });
    return { host, session };
  }
}

/** Begins with what people know it by, and ends with what tells it from every other. */
function folderName({ job, credential, proxy }: SessionRequest): string {
  const name = `${job.surfaceId}.${credential?.id ?? "nobody"}`.toLowerCase().replace(/[^a-z0-9.-]/g, "-");
  const whole = canonicalJson([job.surfaceId, credential?.id ?? null, job.locationId, proxy.identity ?? proxy.id]);
  return `${name.slice(0, 100).replace(/^\.+/, "-")}.${createHash("sha256").update(whole).digest("hex").slice(0, 16)}`;
}

/** Tells one state from another. It is compared alone: what it is the hash of cannot be guessed. */
function markOf(state: StorageState): string {
  return createHash("sha256")
    .update(canonicalJson(JSON.parse(JSON.stringify(state))))
    .digest("hex");
}

async function readMark(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, "state"), "utf8");
  } catch {
    return ""; // Nothing was put there yet, or it cannot be told: it is put there then.
  }
}

/** @throws BenthamError BROWSER_LAUNCH_FAILED unless it is a folder of this user's alone. */
async function makePrivate(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const stats = await lstat(folder);
    const isOwn = stats.uid === (process.geteuid?.() ?? stats.uid) && (stats.mode & 0o077) === 0;
    if (isOwn && stats.isDirectory()) return;
  } catch (cause) {
    throw new BenthamError("BROWSER_LAUNCH_FAILED", `${folder} cannot be used for profiles of browsers`, { cause });
  }
  throw new BenthamError(
    "BROWSER_LAUNCH_FAILED",
    `${folder} holds profiles of browsers with what they are logged in by: it must be a folder of your own, and no link, with mode 0700`,
  );
}
