import type { ErrorCode } from "@bentham/core";

/** Codes of Node, undici, OpenSSL and zlib. */
const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNRESET: "NETWORK_ERROR",
  EPIPE: "NETWORK_ERROR",
  ECONNABORTED: "NETWORK_ERROR",
  EAI_AGAIN: "NETWORK_ERROR",
  ESERVFAIL: "NETWORK_ERROR",
  ENOTCONN: "NETWORK_ERROR",
  ENETRESET: "NETWORK_ERROR",
  EADDRNOTAVAIL: "NETWORK_ERROR",
  EADDRINUSE: "NETWORK_ERROR",
  ERR_SOCKET_CLOSED: "NETWORK_ERROR",
  ERR_STREAM_DESTROYED: "NETWORK_ERROR",
  UND_ERR_INFO: "NETWORK_ERROR",
  UND_ERR_SOCKET: "NETWORK_ERROR",
  UND_ERR_CLOSED: "NETWORK_ERROR",
  UND_ERR_DESTROYED: "NETWORK_ERROR",
  ENETUNREACH: "NETWORK_DOWN",
  EHOSTUNREACH: "NETWORK_DOWN",
  ENETDOWN: "NETWORK_DOWN",
  EHOSTDOWN: "NETWORK_DOWN",
  ENOTFOUND: "DNS_FAILED",
  ENODATA: "DNS_FAILED",
  EREFUSED: "DNS_FAILED",
  EAI_FAIL: "DNS_FAILED",
  EAI_NODATA: "DNS_FAILED",
  EAI_NONAME: "DNS_FAILED",
  ECONNREFUSED: "CONNECTION_REFUSED",
  ETIMEDOUT: "TIMEOUT",
  ETIMEOUT: "TIMEOUT",
  ESOCKETTIMEDOUT: "TIMEOUT",
  ERR_SOCKET_CONNECTION_TIMEOUT: "TIMEOUT",
  ERR_TLS_HANDSHAKE_TIMEOUT: "TIMEOUT",
  UND_ERR_CONNECT_TIMEOUT: "TIMEOUT",
  UND_ERR_HEADERS_TIMEOUT: "TIMEOUT",
  UND_ERR_BODY_TIMEOUT: "TIMEOUT",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "TRUNCATED_RESPONSE",
  ERR_STREAM_PREMATURE_CLOSE: "TRUNCATED_RESPONSE",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "RESPONSE_TOO_LARGE",
  UND_ERR_HEADERS_OVERFLOW: "MALFORMED_RESPONSE",
  UND_ERR_INVALID_ARG: "INTERNAL",
  ABORT_ERR: "CANCELLED",
  DEPTH_ZERO_SELF_SIGNED_CERT: "TLS_ERROR",
  SELF_SIGNED_CERT_IN_CHAIN: "TLS_ERROR",
  HOSTNAME_MISMATCH: "TLS_ERROR",
  INVALID_CA: "TLS_ERROR",
  INVALID_PURPOSE: "TLS_ERROR",
  PATH_LENGTH_EXCEEDED: "TLS_ERROR",
  EPROTO: "TLS_ERROR",
  ERR_INVALID_URL: "INVALID_URL",
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
  EMFILE: "EVIDENCE_FAILED",
  ENFILE: "EVIDENCE_FAILED",
};

/** Families of such codes. The verification errors of OpenSSL are listed in https://nodejs.org/api/tls.html. */
const SYSTEM_FAMILIES: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/^(CERT|CRL|UNABLE_TO|ERROR_IN)_|^ERR_(SSL|TLS)_/, "TLS_ERROR"],
  [/^UND_ERR_PRX_/, "PROXY_FAILED"],
  [/^ERR_HTTP2_/, "NETWORK_ERROR"],
  // zlib, llhttp, Brotli and Zstandard.
  [/^(Z|HPE|ZSTD)_|^ERR_(BROTLI|ZSTD|_ERROR)_/, "MALFORMED_RESPONSE"],
];

/** Status codes of gRPC that another code of ours stands for. */
const GRPC_CODES: Readonly<Record<string, ErrorCode>> = {
  CANCELLED: "CANCELLED",
  INVALID_ARGUMENT: "INVALID_REQUEST",
  FAILED_PRECONDITION: "INVALID_REQUEST",
  OUT_OF_RANGE: "INVALID_REQUEST",
  UNIMPLEMENTED: "INVALID_REQUEST",
  NOT_FOUND: "MODEL_NOT_FOUND",
  UNAUTHENTICATED: "AUTH_FAILED",
  PERMISSION_DENIED: "FORBIDDEN",
  RESOURCE_EXHAUSTED: "RATE_LIMITED",
  UNAVAILABLE: "OVERLOADED",
  DEADLINE_EXCEEDED: "TIMEOUT",
  ABORTED: "UPSTREAM_ERROR",
  DATA_LOSS: "UPSTREAM_ERROR",
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
  AI_NoObjectGeneratedError: "MALFORMED_RESPONSE",
  AI_InvalidStreamPartError: "MALFORMED_RESPONSE",
  AI_NoContentGeneratedError: "EMPTY_RESPONSE",
  AI_UnsupportedFunctionalityError: "INVALID_REQUEST",
  AI_NoSuchProviderError: "MODEL_NOT_FOUND",
  AI_LoadSettingError: "CONFIG_INVALID",
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
  [
    /ERR_(PROXY_\w+|TUNNEL_CONNECTION_FAILED|SOCKS_CONNECTION_\w+|NO_SUPPORTED_PROXIES|MANDATORY_PROXY_\w+|HTTPS_PROXY_\w+)/,
    "PROXY_FAILED",
  ],
  [/ERR_DNS_TIMED_OUT/, "TIMEOUT"],
  [/ERR_(NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|DNS_\w+|ICANN_NAME_COLLISION)/, "DNS_FAILED"],
  [/ERR_CONNECTION_REFUSED/, "CONNECTION_REFUSED"],
  [/ERR_(CERT_\w+|CERTIFICATE_\w+|SSL_\w+|BAD_SSL_\w+)/, "TLS_ERROR"],
  [/ERR_(TIMED_OUT|CONNECTION_TIMED_OUT)/, "TIMEOUT"],
  [/ERR_(INTERNET_DISCONNECTED|ADDRESS_UNREACHABLE|NETWORK_ACCESS_DENIED)/, "NETWORK_DOWN"],
  [/ERR_(INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|RESPONSE_HEADERS_TRUNCATED)/, "TRUNCATED_RESPONSE"],
  [
    /ERR_(INVALID_HTTP_RESPONSE|INVALID_RESPONSE|CONTENT_DECODING_\w+|INVALID_CHUNKED_ENCODING|RESPONSE_HEADERS_\w+)/,
    "MALFORMED_RESPONSE",
  ],
  [/ERR_TOO_MANY_REDIRECTS|redirect count exceeded/, "TOO_MANY_REDIRECTS"],
  [
    /ERR_(INVALID_URL|UNSAFE_PORT|\w+_URL_SCHEME|ADDRESS_INVALID)|Cannot navigate to invalid URL|^bad port$/,
    "INVALID_URL",
  ],
  [/ERR_BLOCKED_BY_RESPONSE/, "ACCESS_BLOCKED"],
  [/ERR_BLOCKED_BY_\w+/, "BLOCKED_BY_CLIENT"],
  [/ERR_(INSUFFICIENT_RESOURCES|OUT_OF_MEMORY)/, "BROWSER_CRASHED"],
  [
    /ERR_(CONNECTION_(RESET|CLOSED|ABORTED|FAILED)|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|NETWORK_(CHANGED|IO_SUSPENDED))/,
    "NETWORK_ERROR",
  ],
  [/ERR_(HTTP2_\w+|QUIC_\w+|TEMPORARILY_THROTTLED|TOO_MANY_RETRIES)|net::ERR_FAILED/, "NETWORK_ERROR"],
  [/ERR_HTTP_RESPONSE_CODE_FAILURE/, "UPSTREAM_ERROR"],
  // Playwright: every error but its TimeoutError is named "Error". A browser that does not start says what one that
  // was closed says, after the name of the call.
  [/browserType\.launch\w*: (Target|Failed to launch|Executable)/, "BROWSER_LAUNCH_FAILED"],
  [/connectOverCDP: [^]*ECONNREFUSED/, "BROWSER_CRASHED"],
  [/Target crashed|[Pp]age crashed/, "PAGE_CRASHED"],
  [/Browser (has been )?closed|browser has disconnected|Failed to open a new tab/, "BROWSER_CRASHED"],
  [/Target page, context or browser has been closed|Execution context was destroyed/, "PAGE_CLOSED"],
  [/\b(Target|Page|Session) closed|[Ff]rame was detached|Cannot find context with specified id/, "PAGE_CLOSED"],
  [/Element is not attached to the DOM/, "UI_OBSTRUCTED"],
  [/intercepts pointer events/, "UI_OBSTRUCTED"],
  [/executable doesn't exist/i, "BROWSER_LAUNCH_FAILED"],
  [/strict mode violation|Element is not an <input>/, "SURFACE_CHANGED"],
  [/ERR_ABORTED|Download is starting|is interrupted by another navigation/, "NAVIGATION_ABORTED"],
];

/** How the gRPC library for Node words a status: its number, its name, then what the server says. */
const GRPC_MESSAGE = /^\d{1,2} ([A-Z_]+): /;

/** The code that the words of a message mean. */
export function codeOfMessage(message: string): ErrorCode | undefined {
  const [, status = ""] = GRPC_MESSAGE.exec(message) ?? [];
  return own(GRPC_CODES, status) ?? MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
}

/** The code that a code of Node, undici, OpenSSL, zlib or gRPC means. */
export function codeOfSystemCode(code: string): ErrorCode | undefined {
  return (
    own(SYSTEM_CODES, code) ?? SYSTEM_FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? own(GRPC_CODES, code)
  );
}

/** The code that an error's name means. */
export function codeOfName(name: string): ErrorCode | undefined {
  return own(NAMES, name) ?? (name.startsWith("Throttling") ? "RATE_LIMITED" : undefined);
}

function own(codes: Readonly<Record<string, ErrorCode>>, key: string): ErrorCode | undefined {
  return Object.hasOwn(codes, key) ? codes[key] : undefined;
}
