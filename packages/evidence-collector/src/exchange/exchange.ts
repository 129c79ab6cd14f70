/** A header's name and value. */
export type Header = readonly [name: string, value: string];

/** A request's or a response's body. */
export interface RecordedBody {
  /** How many bytes came, without transfer and content encodings. */
  readonly length: number;
  /** The bytes, as many of them as were kept; absent where none were to be kept. */
  readonly bytes?: Buffer;
}

/**
 * How an exchange ended.
 *
 * - `complete`: the whole response was read.
 * - `too-large`: the response was larger than may be kept, and was cut there, for its reader too.
 * - `failed`: it broke off; see `failure`.
 * - `cancelled`: the reader of the response wanted no more of it.
 * - `open`: the recording ended first.
 */
export type ExchangeEnding = "complete" | "too-large" | "failed" | "cancelled" | "open";

/** What is known of the encryption of a connection. */
export interface TlsFacts {
  /** Such as `TLS 1.3`, in the words of whoever tells. */
  readonly protocol?: string;
  readonly cipher?: string;
  /** Of the server's certificate: common names, and its time in ISO 8601. */
  readonly subject?: string;
  readonly issuer?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
}

/** One message over a WebSocket. */
export interface SocketMessage {
  readonly isSent: boolean;
  readonly at: Date;
  /** 1 for a text, in UTF-8; 2 for bytes (RFC 6455, section 11.8). */
  readonly opcode: number;
  readonly bytes: Buffer;
}

/** One HTTP request and what came back. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    /** As they were given to `fetch`, which adds its own. */
    readonly headers: readonly Header[];
    readonly body?: RecordedBody;
  };
  /** Absent when none came. */
  readonly response?: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly Header[];
    readonly body: RecordedBody;
  };
  readonly startedAt: Date;
  /** From the start to the response's headers, or to the end when none came, in milliseconds. */
  readonly waitMs: number;
  /** From the response's headers to the end, in milliseconds. */
  readonly receiveMs: number;
  readonly ending: ExchangeEnding;
  /** What it failed of. */
  readonly failure?: string;
  /** What went over it, where it is a WebSocket. */
  readonly messages?: readonly SocketMessage[];
  /** The address of the other end of the connection, which may be a proxy. */
  readonly address?: string;
  readonly tls?: TlsFacts;
}
