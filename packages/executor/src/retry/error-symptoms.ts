import type { ErrorCode } from "@bentham/core";

/** Codes of Node, undici, OpenSSL and zlib. */
const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNRESET: "NETWORK_ERROR",
  EPIPE: "NETWORK_ERROR",
  ECONNABORTED: "NETWORK_ERROR",
  EAI_AGAIN: "NETWORK_ERROR",
  UND_ERR_SOCKET: "NETWORK_ERROR",
  UND_ERR_CLOSED: "NETWORK_ERROR",
  UND_ERR_DESTROYED: "NETWORK_ERROR",
  ENETUNREACH: "NETWORK_DOWN",
  EHOSTUNREACH: "NETWORK_DOWN",
  ENETDOWN: "NETWORK_DOWN",
  ENOTFOUND: "DNS_FAILED",
  ECONNREFUSED: "CONNECTION_REFUSED",
  ETIMEDOUT: "TIMEOUT",
  UND_ERR_CONNECT_TIMEOUT: "TIMEOUT",
  UND_ERR_HEADERS_TIMEOUT: "TIMEOUT",
  UND_ERR_BODY_TIMEOUT: "TIMEOUT",
  UND_ERR_PRX_CONN: "PROXY_FAILED",
  UND_ERR_INVALID_ARG: "INTERNAL",
  ABORT_ERR: "CANCELLED",
  DEPTH_ZERO_SELF_SIGNED_CERT: "TLS_ERROR",
  SELF_SIGNED_CERT_IN_CHAIN: "TLS_ERROR",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "TLS_ERROR",
  UNABLE_TO_GET_ISSUER_CERT: "TLS_ERROR",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "TLS_ERROR",
  CERT_HAS_EXPIRED: "TLS_ERROR",
  CERT_NOT_YET_VALID: "TLS_ERROR",
  CERT_REVOKED: "TLS_ERROR",
  ERR_TLS_CERT_ALTNAME_INVALID: "TLS_ERROR",
  EPROTO: "TLS_ERROR",
  ERR_INVALID_URL: "INVALID_URL",
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
  EMFILE: "EVIDENCE_FAILED",
};

/** Names of errors that carry no better sign. */
const NAMES: Readonly<Record<string, ErrorCode>> = {
  TimeoutError: "TIMEOUT",
  AbortError: "CANCELLED",
  AI_LoadAPIKeyError: "AUTH_FAILED",
  AI_NoSuchModelError: "MODEL_NOT_FOUND",
  AI_JSONParseError: "MALFORMED_RESPONSE",
  AI_TypeValidationError: "MALFORMED_RESPONSE",
  AI_InvalidResponseDataError: "MALFORMED_RESPONSE",
  AI_EmptyResponseBodyError: "EMPTY_RESPONSE",
  AI_NoOutputGeneratedError: "MALFORMED_RESPONSE",
  AI_StreamProviderError: "UPSTREAM_ERROR",
  AI_InvalidPromptError: "INVALID_REQUEST",
  AI_InvalidArgumentError: "INVALID_REQUEST",
  SyntaxError: "MALFORMED_RESPONSE",
  HTTPParserError: "MALFORMED_RESPONSE",
  // AWS.
  TooManyRequestsException: "RATE_LIMITED",
  ModelNotReadyException: "OVERLOADED",
  ModelErrorException: "UPSTREAM_ERROR",
  ValidationException: "INVALID_REQUEST",
  AccessDeniedException: "FORBIDDEN",
};

/** Words of messages, for errors that carry their code in no other place. The first that matches counts. */
const MESSAGES: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  // undici behind a proxy: only the message tells a 407 from any other refusal.
  [/Proxy response \(407\)/, "PROXY_AUTH_FAILED"],
  [/when HTTP Tunneling|HTTP Tunnel/, "PROXY_FAILED"],
  // Chromium.
  [/ERR_(INVALID_AUTH_CREDENTIALS|UNEXPECTED_PROXY_AUTH|PROXY_AUTH_\w+)/, "PROXY_AUTH_FAILED"],
  [/ERR_(PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED|SOCKS_CONNECTION_\w+|PROXY_\w+)/, "PROXY_FAILED"],
  [/ERR_NAME_NOT_RESOLVED/, "DNS_FAILED"],
  [/ERR_CONNECTION_REFUSED/, "CONNECTION_REFUSED"],
  [/ERR_(CERT_\w+|SSL_\w+|BAD_SSL_\w+)/, "TLS_ERROR"],
  [/ERR_(TIMED_OUT|CONNECTION_TIMED_OUT)/, "TIMEOUT"],
  [/ERR_(INTERNET_DISCONNECTED|ADDRESS_UNREACHABLE)/, "NETWORK_DOWN"],
  [/ERR_(INVALID_HTTP_RESPONSE|CONTENT_DECODING_FAILED|INVALID_CHUNKED_ENCODING)/, "MALFORMED_RESPONSE"],
  [/ERR_TOO_MANY_REDIRECTS|redirect count exceeded/, "TOO_MANY_REDIRECTS"],
  [/ERR_(INVALID_URL|UNSAFE_PORT|UNKNOWN_URL_SCHEME)|Cannot navigate to invalid URL|^bad port$/, "INVALID_URL"],
  [/ERR_(BLOCKED_BY_CLIENT|BLOCKED_BY_ADMINISTRATOR|BLOCKED_BY_CSP)/, "BLOCKED_BY_CLIENT"],
  [
    /ERR_(CONNECTION_RESET|CONNECTION_CLOSED|CONNECTION_ABORTED|EMPTY_RESPONSE|NETWORK_CHANGED|HTTP2_\w+|QUIC_\w+)/,
    "NETWORK_ERROR",
  ],
  [/ERR_HTTP_RESPONSE_CODE_FAILURE/, "UPSTREAM_ERROR"],
  // Playwright: every error but its TimeoutError is named "Error". A browser that does not start says what one that
  // was closed says, after the name of the call.
  [/browserType\.launch\w*: (Target|Failed to launch|Executable)/, "BROWSER_LAUNCH_FAILED"],
  [/connectOverCDP: [^]*ECONNREFUSED/, "BROWSER_CRASHED"],
  [/Target crashed|Page crashed/, "PAGE_CRASHED"],
  [/Browser closed|browser has disconnected|Failed to open a new tab/, "BROWSER_CRASHED"],
  [/Target page, context or browser has been closed|Execution context was destroyed/, "PAGE_CLOSED"],
  [/intercepts pointer events/, "UI_OBSTRUCTED"],
  [/executable doesn't exist/i, "BROWSER_LAUNCH_FAILED"],
  [/strict mode violation|Element is not an <input>/, "SURFACE_CHANGED"],
  [/ERR_ABORTED|Download is starting/, "NAVIGATION_ABORTED"],
];

/** The code that the words of a message mean. */
export function codeOfMessage(message: string): ErrorCode | undefined {
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
}

/** The code that a code of Node, undici, OpenSSL or zlib means. */
export function codeOfSystemCode(code: string): ErrorCode | undefined {
  if (Object.hasOwn(SYSTEM_CODES, code)) return SYSTEM_CODES[code];
  if (code.startsWith("ERR_SSL_")) return "TLS_ERROR";
  if (code.startsWith("Z_") || code.startsWith("HPE_")) return "MALFORMED_RESPONSE";
  return undefined;
}

/** The code that an error's name means. */
export function codeOfName(name: string): ErrorCode | undefined {
  if (Object.hasOwn(NAMES, name)) return NAMES[name];
  return name.startsWith("Throttling") ? "RATE_LIMITED" : undefined;
}
