import type { Agent } from "node:http";
import { type Clock, startTimer } from "@bentham/core";

/** How long a proxy may take to make a tunnel before that is told, in milliseconds. */
const SILENCE = 5_000;

/** Who is told what became of the connections of an agent. */
export interface Watch {
  readonly clock: Clock;
  /** Whether a proxy is asked for a tunnel: it answers once it has reached the site, and not when that has answered. */
  readonly isTunnel: boolean;
  /** It could not be made, broke, or was answered with what is no HTTP, or with nothing. */
  readonly onFailure: (what: string) => void;
  /**
   * A proxy that was asked for a tunnel has said nothing for long. Told again and again for as long as that is so: jobs that
   * come later wait for the same tunnel.
   */
  readonly onSilence: (what: string) => void;
}

/** Makes an agent tell what becomes of each of its connections. */
export function watched<Watched extends Agent>(agent: Watched, watch: Watch): Watched {
  const { clock, isTunnel, onFailure, onSilence } = watch;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    const silence = `took a connection, and said nothing for ${SILENCE / 1000} s`;
    let stop: (() => void) | undefined;
    const listen = (): void => {
      stop = startTimer(clock, SILENCE, () => {
        onSilence(silence);
        listen();
      });
    };
    if (isTunnel) listen();
    let isAnswered = false;
    let isTold = false;
    const fail = (what: string): void => {
      if (!isTold) onFailure(what);
      isTold = true;
    };
    connection?.once("error", (error: Error) => {
      fail(`cannot be reached or has gone away (${"code" in error ? String(error.code) : error.name})`);
    });
    // What was asked is written when the connection is made, so that nothing is lost by listening this early.
    connection?.once("data", (bytes: Buffer) => {
      stop?.();
      isAnswered = true;
      if (!bytes.toString("latin1", 0, 5).startsWith("HTTP/".slice(0, bytes.length)))
        fail("answered with what is no HTTP");
    });
    connection?.once("end", () => {
      if (!isAnswered) fail("hung up without a word");
    });
    connection?.once("close", () => stop?.());
    return connection;
  };
  return agent;
}
