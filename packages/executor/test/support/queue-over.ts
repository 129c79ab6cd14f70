import type { JobQueue } from "@bentham/core";

/** A queue that does what `queue` does, but for what `changes` says. */
export function queueOver(queue: JobQueue, changes: Partial<JobQueue>): JobQueue {
  return {
    claim: (request) => queue.claim(request),
    renew: (workerId, leaseMs) => queue.renew(workerId, leaseMs),
    held: (workerId) => queue.held(workerId),
    beforeAsk: (attempt) => queue.beforeAsk(attempt),
    settle: (attempt, settlement) => queue.settle(attempt, settlement),
    later: (attempt, request) => queue.later(attempt, request),
    giveBack: (attempt, ending) => queue.giveBack(attempt, ending),
    park: (attempt, ending) => queue.park(attempt, ending),
    nextDue: (queueName, only) => queue.nextDue(queueName, only),
    standings: (queueName) => queue.standings(queueName),
    onWake: (listener) => queue.onWake(listener),
    ...changes,
  };
}
