import { isUtf8 } from "node:buffer";
import { canonicalJson, type Json } from "@bentham/core";
import type { Exchange, Header, SocketMessage } from "../exchange/exchange.ts";
import type { Software } from "../software.ts";
import type { Artefact } from "./artefact.ts";

/** What HAR writes for a size nobody knows. */
const UNKNOWN = -1;

/** What browsers write for a content type nobody knows. */
const UNKNOWN_TYPE = "x-unknown";

/** The exchanges as an HTTP archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/), without its cookie lists. */
export function networkHar(exchanges: readonly Exchange[], software: Software): Artefact {
  const { name, version } = software;
  const log = { version: "1.2", creator: { name, version }, entries: exchanges.map((exchange) => entryOf(exchange)) };
  return { path: "data/network.har", mediaType: "application/json", bytes: Buffer.from(canonicalJson({ log })) };
}

function entryOf(exchange: Exchange): Json {
  const { startedAt, waitMs, receiveMs, ending, failure, messages } = exchange;
  return {
    startedDateTime: startedAt.toISOString(),
    time: waitMs + receiveMs,
    request: requestOf(exchange.request),
    response: responseOf(exchange.response),
    cache: {},
    // Fetch does not tell what came before the first byte: all of it is in `wait`.
    timings: {
      blocked: UNKNOWN,
      dns: UNKNOWN,
      connect: UNKNOWN,
      ssl: UNKNOWN,
      send: 0,
      wait: waitMs,
      receive: receiveMs,
    },
    ...(messages && { _resourceType: "websocket", _webSocketMessages: messages.map(messageOf) }),
    _ending: ending,
    ...(failure === undefined ? {} : { _error: failure }),
  };
}

function requestOf({ method, url, headers, body }: Exchange["request"]): Json {
  return {
    method,
    url,
    httpVersion: "unknown",
    cookies: [],
    headers: headers.map(nameAndValue),
    queryString: Array.from(queryOf(url), nameAndValue),
    headersSize: UNKNOWN,
    bodySize: body?.length ?? 0,
    ...(body?.bytes && { postData: { mimeType: typeOf(headers), ...contentOf(body.bytes, "_encoding") } }),
  };
}

/** As Chromium's tools write it: base64 for all but texts. */
function messageOf({ isSent, at, opcode, bytes }: SocketMessage): Json {
  return {
    type: isSent ? "send" : "receive",
    time: at.getTime() / 1000,
    opcode,
    data: bytes.toString(opcode === 1 ? "utf8" : "base64"),
  };
}

/** HAR asks for a response even where none came: that one has status 0. */
function responseOf(response: Exchange["response"]): Json {
  const { status = 0, statusText = "", headers = [], body = { length: 0 } } = response ?? {};
  return {
    status,
    statusText,
    httpVersion: "unknown",
    cookies: [],
    headers: headers.map(nameAndValue),
    content: {
      size: body.length,
      mimeType: typeOf(headers),
      ...(body.bytes && contentOf(body.bytes, "encoding")),
    },
    redirectURL: valueOf(headers, "location") ?? "",
    headersSize: UNKNOWN,
    bodySize: UNKNOWN,
  };
}

/** Text where the bytes are UTF-8, its byte order mark included; base64 where they are not. No byte is lost. */
function contentOf(bytes: Buffer, encodingName: "encoding" | "_encoding"): { readonly [key: string]: Json } {
  return isUtf8(bytes)
    ? { text: bytes.toString("utf8") }
    : { text: bytes.toString("base64"), [encodingName]: "base64" };
}

function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
}

function nameAndValue([name, value]: Header): Json {
  return { name, value };
}

function typeOf(headers: readonly Header[]): string {
  return valueOf(headers, "content-type") ?? UNKNOWN_TYPE;
}

function valueOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}
