import type { Clock, JobQueue, Lease, Random, SessionPool, SurfaceAdapter } from "@bentham/core";
import { leaseOf } from "@bentham/core";
import { createExecutor, type Executor } from "@bentham/executor";

/** What a simulated worker is made from. */
export interface SimulatedWorkerOptions {
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly queueName: string;
  readonly random: Random;
  /** Finds the adapter of a surface. */
  readonly adapterOf: (surfaceId: string) => SurfaceAdapter;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** How often it looks at its leases and at the lanes, in milliseconds. @default a second */
  readonly pollInterval?: number;
  readonly workerId: string;
}

/**
 * A worker as a process of its own would be, within this one: it can be stopped, so that nothing of it goes on while time
 * goes by, and killed, so that nothing of it ever goes on again. Its clock and its queue answer only while it lives.
 */
export class SimulatedWorker {
  readonly #options: SimulatedWorkerOptions;
  readonly #executor: Executor;
  /** Resolves when it goes on; there while it is stopped. */
  #stopped: PromiseWithResolvers<void> | undefined;
  #isKilled = false;
  /** Sessions lent and not given back. */
  #sessions = 0;

  private constructor(options: SimulatedWorkerOptions) {
    this.#options = options;
    this.#executor = createExecutor({
      surfaceAdapters: { resolve: ({ surfaceId }) => ({ ...options.adapterOf(surfaceId), needs: { session: true } }) },
      sessionPool: this.#sessionPool(),
      jobStore: this.#queue(),
      clock: this.#clock(),
      random: options.random,
    });
  }

  static async start(options: SimulatedWorkerOptions): Promise<SimulatedWorker> {
    const worker = new SimulatedWorker(options);
    const { concurrency, queueName, leaseMs, workerId, pollInterval } = options;
    await worker.#executor.startWorker({
      concurrency,
      queueName,
      leaseMs,
      workerId,
      ...(pollInterval === undefined ? {} : { pollInterval }),
      timeout: 60_000,
    });
    return worker;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Sessions that it holds. */
  get sessions(): number {
    return this.#sessions;
  }

  /** As kill -STOP. */
  stop(): void {
    this.#stopped ??= Promise.withResolvers();
  }

  /** As kill -CONT. */
  goOn(): void {
    this.#stopped?.resolve();
    this.#stopped = undefined;
  }

  /** As kill -9. */
  kill(): void {
    this.#isKilled = true;
  }

  /** As SIGTERM: resolves when it has ended. */
  async end(grace: number): Promise<void> {
    await this.#executor.stopWorker({ grace });
  }

  async #alive(): Promise<void> {
    while (this.#stopped) await this.#stopped.promise;
    // Nothing waits for one that is killed, so this is the end of it.
    if (this.#isKilled) await new Promise<never>(() => undefined);
  }

  #clock(): Clock {
    const { clock } = this.#options;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms, signal) => {
        try {
          await clock.sleep(ms, signal);
        } finally {
          await this.#alive();
        }
      },
    };
  }

  #queue(): JobQueue {
    const { queue } = this.#options;
    const reaching = async <Value>(call: () => Promise<Value>): Promise<Value> => {
      await this.#alive();
      const value = await call();
      await this.#alive();
      return value;
    };
    return {
      claim: (request) => reaching(() => queue.claim(request)),
      renew: (workerId, leaseMs) => reaching(() => queue.renew(workerId, leaseMs)),
      held: (workerId) => reaching(() => queue.held(workerId)),
      beforeAsk: (attempt) => reaching(() => queue.beforeAsk(attempt)),
      settle: (attempt, settlement) => reaching(() => queue.settle(attempt, settlement)),
      later: (attempt, request) => reaching(() => queue.later(attempt, request)),
      giveBack: (attempt, ending) => reaching(() => queue.giveBack(attempt, ending)),
      park: (attempt, ending) => reaching(() => queue.park(attempt, ending)),
      nextDue: (queueName, only) => reaching(() => queue.nextDue(queueName, only)),
      standings: (queueName) => reaching(() => queue.standings(queueName)),
      onWake: (listener) => queue.onWake(() => void this.#alive().then(listener)),
    };
  }

  #sessionPool(): SessionPool {
    return {
      acquire: async () => {
        this.#sessions += 1;
        const lease: Lease & { context: object } = leaseOf(`session-${this.#sessions}`, { context: {} }, () => {
          this.#sessions -= 1;
        });
        return lease;
      },
    };
  }
}
