import {
  BenthamError,
  type CredentialLease,
  type CredentialMaterial,
  leaseOf,
  type LeaseEnding,
  Secret,
  type SessionRequest,
} from "@bentham/core";
import type { PlaywrightSession } from "@bentham/core/playwright";
import type { SessionLease } from "@bentham/core";
import type { DisposableSessionPool } from "@bentham/session-pool";
import { aJob } from "@bentham/testbed";
import { aRequest, openSession } from "./session-pool.ts";

const PERSON: CredentialMaterial = {
  type: "user-password",
  username: new Secret("anna"),
  password: new Secret("secret"),
};

/** An account of a site, whose lender keeps what is saved of it. */
export class AccountDesk {
  readonly site: string;
  readonly #material: CredentialMaterial;
  readonly #hosts: readonly string[];
  readonly saved: string[] = [];

  /** @param hosts Beside the site's own. */
  constructor(site: string, material: CredentialMaterial = PERSON, hosts: readonly string[] = []) {
    this.site = site;
    this.#material = material;
    this.#hosts = [new URL(site).host, ...hosts];
  }

  lease(): CredentialLease {
    const materialFor = (url: string | URL): CredentialMaterial => {
      if (this.#hosts.includes(new URL(url).host)) return this.#material;
      throw new BenthamError("CREDENTIAL_HOST_MISMATCH", "it is not for that host");
    };
    const last = this.saved.at(-1);
    return leaseOf(
      "team/anna",
      {
        pool: "team",
        secrets: [],
        valueFor: () => new Secret("none"),
        materialFor,
        ...(last === undefined ? {} : { savedState: new Secret(last) }),
        saveState: async (state: Secret) => void this.saved.push(state.reveal()),
      },
      () => {},
    );
  }

  /** What a session of the account is asked for with. */
  request(parts: Partial<SessionRequest> = {}): SessionRequest {
    const job = aJob({ surfaceId: "shop", credentialPool: "team", surface: { baseURL: this.site } });
    return { ...aRequest(), job, credential: this.lease(), ...parts };
  }

  /** Runs one job in a session of the account, and ends it so. */
  async use<Result>(
    pool: DisposableSessionPool,
    job: (session: PlaywrightSession & { readonly lease: SessionLease }) => Promise<Result>,
    { ending = { outcome: "answered" }, ...parts }: Partial<SessionRequest> & { readonly ending?: LeaseEnding } = {},
  ): Promise<Result> {
    const session = await openSession(pool, this.request(parts));
    try {
      return await job(session);
    } finally {
      await session.lease.release(ending);
    }
  }
}
