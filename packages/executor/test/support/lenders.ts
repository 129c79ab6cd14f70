import {
  BenthamError,
  type Clock,
  type CredentialLease,
  type CredentialVault,
  type Lease,
  type LeaseEnding,
  leaseOf,
  type ProxyManager,
  type ResourceRequest,
  Secret,
  type SessionPool,
  type SessionRequest,
} from "@bentham/core";

/** How a lender treats one request. */
export interface Manner {
  /** How long it takes until it lends, in milliseconds. @default not at all */
  readonly lendsAfter?: number;
  /** It does not lend, but fails with this. */
  readonly refuses?: Error;
  /** Whether it stops waiting when it is told to. @default true */
  readonly heedsSignal?: boolean;
  /** How long it takes until what it lent is back, in milliseconds; Infinity for ever. @default not at all */
  readonly takesBackAfter?: number;
  /** It fails with this when it gets back what it lent. */
  readonly breaks?: Error;
}

/** What lenders did, in order: `lend credential-1`, `take back credential-1`. */
export interface LendingBook {
  readonly entries: string[];
  readonly endings: (LeaseEnding | undefined)[];
  /** How often each lease was given back. */
  readonly returns: Map<string, number>;
}

export function openBook(): LendingBook {
  return { entries: [], endings: [], returns: new Map() };
}

/** Ids that were lent and not given back, or given back more than once. */
export function unbalanced(book: LendingBook): string[] {
  return [...book.returns].filter(([, times]) => times !== 1).map(([id]) => id);
}

/** The three lenders of an executor, all writing into one book. */
export interface Lenders {
  readonly credentialVault: CredentialVault;
  readonly proxyManager: ProxyManager;
  readonly sessionPool: SessionPool;
}

/** Lenders that treat every request in the manner of its kind. */
export function openLenders(
  book: LendingBook,
  clock: Clock,
  manners: { readonly credential?: Manner; readonly proxy?: Manner; readonly session?: Manner } = {},
  secrets: { readonly credential?: string; readonly proxy?: string } = {},
): Lenders {
  let lent = 0;
  const lend = async <Value extends object>(
    kind: "credential" | "proxy" | "session",
    request: ResourceRequest,
    value: Value,
  ): Promise<Value & Lease> => {
    const { lendsAfter = 0, refuses, heedsSignal = true, takesBackAfter = 0, breaks } = manners[kind] ?? {};
    if (lendsAfter > 0) await clock.sleep(lendsAfter, heedsSignal ? request.signal : undefined);
    if (refuses !== undefined) throw refuses;
    const id = `${kind}-${++lent}`;
    book.entries.push(`lend ${id}`);
    book.returns.set(id, 0);
    return leaseOf(id, value, async (ending) => {
      book.entries.push(`take back ${id}`);
      book.endings.push(ending);
      book.returns.set(id, (book.returns.get(id) ?? 0) + 1);
      if (takesBackAfter > 0) await clock.sleep(takesBackAfter);
      if (breaks !== undefined) throw breaks;
    });
  };
  const key = new Secret(secrets.credential ?? "sk-canary-credential");
  return {
    credentialVault: {
      acquire(request): Promise<CredentialLease> {
        const pool = request.job.credentialPool ?? "";
        if (pool === "empty") throw new BenthamError("CREDENTIAL_MISSING", `the pool ${pool} is empty`);
        return lend("credential", request, { pool, secrets: [key], valueFor: () => key });
      },
    },
    proxyManager: {
      acquire: (request) => lend("proxy", request, { secrets: [new Secret(secrets.proxy ?? "proxy-canary-password")] }),
    },
    sessionPool: {
      acquire: (request: SessionRequest) => lend("session", request, { context: { proxy: request.proxy.id } }),
    },
  };
}
