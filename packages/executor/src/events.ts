import { type Channel, channel as openChannel } from "node:diagnostics_channel";
import { Events, type EventSource, type JobResult, type Outcome } from "@bentham/core";
import { messageOf } from "./message-of.ts";

/** Names one attempt. */
export interface AttemptName {
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  /** The lane of the job. */
  readonly lane: string;
}

/** What the executor tells as it works. Payloads carry ids and facts, never a secret, a query or an answer. */
export interface ExecutorEvents {
  /** An attempt begins. */
  "job:start": AttemptName;
  /** Credential, proxy and session are leased. */
  "resources:acquire": AttemptName & {
    readonly credentialId?: string;
    readonly proxyId: string;
    readonly sessionId?: string;
  };
  /** The next question waits, for a reason of its lane: its rate, its breaker or a pause. */
  "job:wait": AttemptName & { readonly reason: string; readonly waitMs: number };
  /** A question may go out now, the `ask`th of the attempt. */
  "job:ask": AttemptName & { readonly ask: number };
  /** The evidence is in its place. */
  "evidence:seal": AttemptName & { readonly bagPath?: string };
  /** What was leased is about to be given back. */
  "resources:release": AttemptName;
  /** Something leased could not be given back in time; whoever lent it has to take it. */
  "resources:stuck": AttemptName & { readonly resource: string; readonly error: unknown };
  /** The end of the attempt is about to be written to the job's row. */
  "job:commit": AttemptName & { readonly outcome: Outcome };
  /** The attempt's end is written, or was refused because the lease is no longer its own. */
  "job:end": AttemptName & { readonly outcome: Outcome; readonly code?: string; readonly taken: boolean };
  /** The job has ended with this result. */
  "job:result": { readonly result: JobResult };
  /** No job of the lane is taken, for `waitMs` milliseconds; without a time until somebody does something about it. */
  "lane:pause": { readonly lane: string; readonly reason: string; readonly waitMs?: number };
  /** Jobs of the lane are taken again. */
  "lane:resume": { readonly lane: string };
  "worker:start": { readonly queueName: string; readonly concurrency: number };
  /** The worker's queue failed; the worker goes on trying unless the error says that this is no use. */
  "worker:error": { readonly error: unknown };
  "worker:stop": { readonly queueName: string };
}

/** Tells events to listeners and to the diagnostics channels `bentham:<event>`, at no cost while nobody listens. */
export class ExecutorTelemetry implements EventSource<ExecutorEvents> {
  readonly #events = new Events<ExecutorEvents>(warnOfListener);

  on<Name extends keyof ExecutorEvents>(name: Name, listener: (payload: ExecutorEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  tell<Name extends keyof ExecutorEvents>(name: Name, payload: ExecutorEvents[Name]): void {
    this.#events.emit(name, payload);
    const channel = channelOf(name);
    if (channel.hasSubscribers) channel.publish(payload);
  }
}

const channels = new Map<string, Channel>();

function channelOf(name: string): Channel {
  const known = channels.get(name);
  if (known) return known;
  const made = openChannel(`bentham:${name}`);
  channels.set(name, made);
  return made;
}

/** A listener's fault is the listener's: it is shown as Node shows warnings, and the work goes on. */
export function warnOfListener(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : messageOf(error), "BenthamListenerWarning");
}
