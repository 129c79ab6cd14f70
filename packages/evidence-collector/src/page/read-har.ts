import type { Exchange, Header, RecordedBody, SocketMessage, TlsFacts } from "../exchange/exchange.ts";
import { bytesOfMisread } from "./misread-utf8.ts";

/** The members of a HAR of Playwright's that are read. */
interface Har {
  readonly log: { readonly entries: readonly HarEntry[] };
}

interface HarEntry {
  readonly startedDateTime: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly HarHeader[];
    readonly postData?: { readonly text?: string };
  };
  readonly response: {
    /** -1 where no response came. */
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly HarHeader[];
    readonly content: { readonly size: number; readonly text?: string; readonly encoding?: string };
    readonly _failureText?: string | null;
  };
  readonly timings: { readonly wait: number; readonly receive: number };
  readonly _webSocketMessages?: readonly HarMessage[];
  readonly _securityDetails?: HarSecurity;
}

interface HarSecurity {
  readonly protocol?: string;
  readonly subjectName?: string;
  readonly issuer?: string;
  /** Seconds since the Unix epoch. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

interface HarMessage {
  readonly type: "send" | "receive";
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly opcode: number;
  /** Base64 unless `opcode` is 1. */
  readonly data: string;
}

interface HarHeader {
  readonly name: string;
  readonly value: string;
}

/**
 * The exchanges over HTTP and WebSockets of a HAR that Playwright wrote. A body of more than `maxBodyBytes` is cut there, and
 * so are the messages of a WebSocket.
 *
 * @throws SyntaxError when `json` is not JSON.
 */
export function exchangesOfHar(json: string, maxBodyBytes: number): Exchange[] {
  const har: Har = JSON.parse(json);
  return har.log.entries
    .filter(({ request }) => /^(?:https?|wss?):/.test(request.url))
    .map((entry) => exchangeOf(entry, maxBodyBytes));
}

function exchangeOf(entry: HarEntry, maxBodyBytes: number): Exchange {
  const { startedDateTime, request, response, timings } = entry;
  const { text, size } = response.content;
  const failure = response["_failureText"] ?? undefined;
  const hasResponse = response.status > 0;
  // A stream that was still running when the recording ended has a status and neither text nor size.
  const isSocket = /^wss?:/.test(request.url);
  const isOpen = hasResponse && !isSocket && failure === undefined && text === undefined && size < 0;
  const bytes = bytesOf(response);
  const body = bytes ? bodyOf(bytes, maxBodyBytes) : { length: Math.max(size, 0) };
  const messages = entry["_webSocketMessages"] && messagesOf(entry["_webSocketMessages"], maxBodyBytes);
  const isCut = (bytes !== undefined && bytes.length > maxBodyBytes) || messages?.isCut === true;
  const tls = entry["_securityDetails"];
  const ending = failure !== undefined || !hasResponse ? "failed" : isOpen ? "open" : isCut ? "too-large" : "complete";
  const sent = request.postData?.text;
  return {
    request: {
      method: request.method,
      url: request.url,
      headers: request.headers.map(headerOf),
      ...(sent === undefined ? {} : { body: bodyOf(Buffer.from(sent), maxBodyBytes) }),
    },
    ...(hasResponse && {
      response: {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers.map(headerOf),
        body,
      },
    }),
    startedAt: new Date(startedDateTime),
    waitMs: Math.max(0, Math.round(timings.wait)),
    receiveMs: Math.max(0, Math.round(timings.receive)),
    ending,
    ...(failure === undefined ? {} : { failure }),
    ...(messages && { messages: messages.kept }),
    ...(tls?.protocol && { tls: tlsOf(tls) }),
  };
}

/** The messages, in their order, as far as there is room for them. */
function messagesOf(messages: readonly HarMessage[], most: number): { kept: SocketMessage[]; isCut: boolean } {
  const kept: SocketMessage[] = [];
  let size = 0;
  for (const { type, time, opcode, data } of messages) {
    const bytes = Buffer.from(data, opcode === 1 ? "utf8" : "base64");
    size += bytes.length;
    if (size > most) return { kept, isCut: true };
    kept.push({ isSent: type === "send", at: new Date(time), opcode, bytes });
  }
  return { kept, isCut: false };
}

function tlsOf({ protocol, subjectName, issuer, validFrom, validTo }: HarSecurity): TlsFacts {
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(subjectName === undefined ? {} : { subject: subjectName }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(validFrom === undefined ? {} : { validFrom: isoTime(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: isoTime(validTo) }),
  };
}

function bytesOf({ headers, content: { text, encoding } }: HarEntry["response"]): Buffer | undefined {
  if (text === undefined) return undefined;
  if (encoding === "base64") return Buffer.from(text, "base64");
  const type = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  return /charset=/i.test(type) ? Buffer.from(text) : bytesOfMisread(text);
}

function bodyOf(bytes: Buffer, most: number): RecordedBody {
  return { length: bytes.length, bytes: bytes.subarray(0, most) };
}

function headerOf({ name, value }: HarHeader): Header {
  return [name, value];
}

/** Of seconds since the Unix epoch. */
function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
