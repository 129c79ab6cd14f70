import type { Socket } from "node:net";

/** One connection that somebody asked a proxy for. */
export interface ProxyConnection {
  /** Where to, as it was asked for: `host:port`. */
  readonly target: string;
  /** Whether it came with the name and the password; true when the proxy wants none. */
  readonly authorised: boolean;
  /** Bytes that went to the target so far; 0 when there was no connection to it. */
  readonly bytesUp: number;
  /** Bytes that came from the target so far. */
  readonly bytesDown: number;
}

interface Entry {
  readonly target: string;
  readonly authorised: boolean;
  upstream?: Socket;
}

/** Every connection that a proxy was asked for, in order, those it refused among them. */
export class ConnectionLog {
  readonly #entries: Entry[] = [];

  /** Notes a connection, and gives what tells of its socket to the target, once there is one. */
  add(target: string, authorised: boolean): (upstream: Socket) => void {
    const entry: Entry = { target, authorised };
    this.#entries.push(entry);
    return (upstream) => {
      entry.upstream = upstream;
    };
  }

  list(): ProxyConnection[] {
    return this.#entries.map(({ target, authorised, upstream }) => ({
      target,
      authorised,
      bytesUp: upstream?.bytesWritten ?? 0,
      bytesDown: upstream?.bytesRead ?? 0,
    }));
  }
}
