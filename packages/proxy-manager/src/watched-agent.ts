import type { Agent } from "node:http";
import { type Clock, startTimer } from "@bentham/core";

/** How long a proxy may take to make a tunnel before that is told, in milliseconds. */
const SILENCE = 5_000;

/** Longest answer of a proxy to CONNECT, in characters, that is read to its end. */
const MOST_HEAD = 16_384;

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
  /**
   * The first byte of the site's answer has come, so many milliseconds after the connection was begun. Of a tunnel for TLS that is the
   * site's part of the handshake, which takes it no time to think.
   */
  readonly onFirstByte: (ms: number) => void;
}

/** Makes an agent tell what becomes of each of its connections. */
export function watched<Watched extends Agent>(agent: Watched, watch: Watch): Watched {
  const { clock, isTunnel, onFailure, onSilence, onFirstByte } = watch;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const begun = clock.monotonic();
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
    // Of a tunnel, the proxy's own answer comes first.
    let head = isTunnel ? "" : undefined;
    const hear = (bytes: Buffer): void => {
      if (head !== undefined) {
        head += bytes.toString("latin1");
        if (head.includes("\r\n\r\n")) head = undefined;
        else if (head.length > MOST_HEAD) connection?.off("data", hear);
        return;
      }
      connection?.off("data", hear);
      onFirstByte(clock.monotonic() - begun);
    };
    connection?.on("data", hear);
    connection?.once("end", () => {
      if (!isAnswered) fail("hung up without a word");
    });
    connection?.once("close", () => stop?.());
    return connection;
  };
  return agent;
}
