import {
  BenthamError,
  type CredentialLease,
  type Inbox,
  isErrorCode,
  type Job,
  leaseOf,
  type ProxyManager,
  type Secret,
  type SessionPool,
  type SharedState,
} from "@bentham/core";
import type { SavedState, VaultFile } from "@bentham/credential-vault";

/** Whom a session without an account belongs to in the folder of saved sessions; no pool can have this name. */
const NOBODY = "(no account)";

/** Where a surface is asked without an account. */
type Place = Pick<Job, "surfaceId" | "locationId">;

/** What anonymous sessions work with. */
export interface AnonymousParts {
  readonly store: Inbox & SharedState;
  readonly vaultFile: Pick<VaultFile, "states" | "makeIdentity">;
}

/** What a person has brought about, for sessions without an account of one surface from one location. */
export class AnonymousSessions {
  readonly #parts: AnonymousParts;

  constructor(parts: AnonymousParts) {
    this.#parts = parts;
  }

  /**
   * The same proxies, but for jobs without an account: where something waits for a person, nobody else goes there; and where a
   * person has passed it, the next ones go by the same proxy.
   */
  guarding(proxyManager: ProxyManager): ProxyManager {
    return {
      acquire: async (request) => {
        const { job, needs } = request;
        if (job.credentialPool !== undefined) return proxyManager.acquire(request);
        const item = await this.#parts.store.inboxItemAt(job);
        if (item) {
          throw new BenthamError(
            isErrorCode(item.code) ? item.code : "CHALLENGE",
            `${job.surfaceId} from ${job.locationId} waits for a person: \`bentham inbox open ${item.id}\``,
          );
        }
        const prefers = needs?.session ? await this.proxyOf(job) : undefined;
        return proxyManager.acquire(prefers === undefined ? request : { ...request, prefers });
      },
    };
  }

  /** The same sessions, but for jobs without an account they start with what a person has brought about. */
  starting(sessionPool: SessionPool): SessionPool {
    return {
      acquire: async (request) => {
        const saved = request.credential ? undefined : await this.read(request.job);
        if (!saved) return sessionPool.acquire(request);
        const session = await sessionPool.acquire({ ...request, credential: startingWith(request.job, saved) });
        return Object.assign(session, { secrets: [...(session.secrets ?? []), ...saved.secrets] });
      },
    };
  }

  /** What was saved; nothing where nothing was. */
  read(place: Place): Promise<SavedState | undefined> {
    return this.#parts.vaultFile.states.read(NOBODY, nobodyAt(place), place.locationId);
  }

  /** Saves what a browser has, encrypted, and by which proxy it came to it. Makes an identity where there is none. */
  async save(place: Place, state: Secret, proxyId: string): Promise<void> {
    const { vaultFile, store } = this.#parts;
    await vaultFile.makeIdentity();
    await vaultFile.states.save(NOBODY, nobodyAt(place), state, place.locationId);
    await store.update(proxyKey(place), () => proxyId);
  }

  /** The proxy by which a person has passed. */
  async proxyOf(place: Place): Promise<string | undefined> {
    const proxyId = await this.#parts.store.read(proxyKey(place));
    return typeof proxyId === "string" ? proxyId : undefined;
  }
}

/** What stands for a credential where a session starts with something, and has no account that it could be saved for. */
export function startingWith(place: Place, { state, secrets }: SavedState): CredentialLease {
  const { id } = nobodyAt(place);
  const material = { type: "custom", fields: {} } as const;
  return leaseOf(
    `${NOBODY}/${id}`,
    { pool: NOBODY, savedState: state, secrets, valueFor: noValue, materialFor: () => material },
    () => {},
  );
}

function noValue(): never {
  throw new BenthamError("CREDENTIAL_MISSING", "a session without an account has no credential");
}

function nobodyAt({ surfaceId, locationId }: Place): Parameters<VaultFile["states"]["read"]>[1] {
  return { id: JSON.stringify([surfaceId, locationId]), material: { type: "custom", fields: {} }, hosts: [] };
}

function proxyKey({ surfaceId, locationId }: Place): string {
  return `anonymous-proxy/${JSON.stringify([surfaceId, locationId])}`;
}
