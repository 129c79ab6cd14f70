import type { ErrorCode } from "@bentham/core";
import type { ErrorShape, Symptom } from "./error-shape.ts";

/** What Node's fetch throws: the code stands in the cause. */
const fetchFailed = (cause: ErrorShape): ErrorShape => ({ name: "TypeError", message: "fetch failed", cause });

const codes = (code: ErrorCode, ...symptoms: readonly string[]): Symptom[] =>
  symptoms.map((symptom) => [code, fetchFailed({ code: symptom })]);

const net = (code: ErrorCode, ...names: readonly string[]): Symptom[] =>
  names.map((name) => [code, { name: "Error", message: `page.goto: net::${name} at https://surface.example/` }]);

const TUNNEL = "Proxy response (502) !== 200 when HTTP Tunneling";

/** Node, undici, OpenSSL, zlib and the AI SDK over them. */
export const NODE_SYMPTOMS: readonly Symptom[] = [
  ...codes("NETWORK_ERROR", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "EAI_AGAIN", "ESERVFAIL", "ENOTCONN", "ENETRESET"),
  ...codes("NETWORK_ERROR", "EADDRNOTAVAIL", "EADDRINUSE", "UND_ERR_INFO", "ERR_SOCKET_CLOSED", "ERR_STREAM_DESTROYED"),
  ...codes("NETWORK_ERROR", "ERR_HTTP2_GOAWAY_SESSION", "ERR_HTTP2_STREAM_ERROR"),
  ...codes("NETWORK_DOWN", "ENETUNREACH", "EHOSTUNREACH", "EHOSTDOWN"),
  ...codes("DNS_FAILED", "ENOTFOUND", "ENODATA", "EREFUSED", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"),
  ...codes("CONNECTION_REFUSED", "ECONNREFUSED"),
  ...codes("TIMEOUT", "ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT"),
  ...codes("TIMEOUT", "ETIMEOUT", "ESOCKETTIMEDOUT", "ERR_SOCKET_CONNECTION_TIMEOUT", "ERR_TLS_HANDSHAKE_TIMEOUT"),
  ...codes("TRUNCATED_RESPONSE", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "ERR_STREAM_PREMATURE_CLOSE"),
  ...codes("RESPONSE_TOO_LARGE", "UND_ERR_RES_EXCEEDED_MAX_SIZE"),
  ...codes("TLS_ERROR", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED"),
  ...codes("TLS_ERROR", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID"),
  ...codes("TLS_ERROR", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"),
  ...codes("TLS_ERROR", "HOSTNAME_MISMATCH", "INVALID_CA", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "CERT_UNTRUSTED"),
  ...codes(
    "TLS_ERROR",
    "CERT_SIGNATURE_FAILURE",
    "CRL_HAS_EXPIRED",
    "UNABLE_TO_GET_CRL",
    "ERR_TLS_CERT_ALTNAME_FORMAT",
  ),
  ...codes("MALFORMED_RESPONSE", "Z_DATA_ERROR", "HPE_INVALID_CONSTANT", "UND_ERR_HEADERS_OVERFLOW"),
  ...codes("MALFORMED_RESPONSE", "ERR__ERROR_FORMAT_PADDING_1", "ZSTD_error_prefix_unknown"),
  ...codes("INVALID_URL", "ERR_INVALID_URL"),
  ...codes("PROXY_FAILED", "UND_ERR_PRX_CONN", "UND_ERR_PRX_TLS"),
  ["INVALID_URL", fetchFailed({ message: "bad port" })],
  ["TOO_MANY_REDIRECTS", fetchFailed({ message: "redirect count exceeded" })],
  [
    "MALFORMED_RESPONSE",
    fetchFailed({ name: "HTTPParserError", message: "Response does not match the HTTP/1.1 protocol" }),
  ],
  ["NETWORK_ERROR", { name: "TypeError", message: "terminated", cause: { code: "UND_ERR_SOCKET" } }],
  [
    "PROXY_AUTH_FAILED",
    fetchFailed({ code: "UND_ERR_ABORTED", message: "Proxy response (407) !== 200 when HTTP Tunneling" }),
  ],
  ["PROXY_FAILED", fetchFailed({ code: "UND_ERR_ABORTED", message: TUNNEL })],
  ["DISK_FULL", { code: "ENOSPC", message: "no space left on device, write" }],
  ["EVIDENCE_FAILED", { code: "EMFILE", message: "too many open files" }],
  ["EVIDENCE_FAILED", { code: "ENFILE", message: "file table overflow" }],

  // The AI SDK says "Cannot connect to API" for all of these, and that each may be retried.
  ["NETWORK_ERROR", { name: "AI_APICallError", message: "Cannot connect to API", cause: { code: "UND_ERR_SOCKET" } }],
  [
    "DNS_FAILED",
    { name: "AI_APICallError", message: "Cannot connect to API", cause: fetchFailed({ code: "ENOTFOUND" }) },
  ],
  [
    "INVALID_URL",
    { name: "AI_APICallError", message: "Cannot connect to API", cause: fetchFailed({ message: "bad port" }) },
  ],
  [
    "PROXY_FAILED",
    { name: "AI_APICallError", message: "Cannot connect to API", cause: fetchFailed({ message: TUNNEL }) },
  ],

  ["TIMEOUT", { name: "TimeoutError", code: 23, message: "The operation was aborted due to timeout" }],
  ["CANCELLED", { name: "AbortError", code: 20, message: "This operation was aborted" }],
  ["MALFORMED_RESPONSE", { name: "AI_JSONParseError", message: "JSON parsing failed" }],
  ["MALFORMED_RESPONSE", { name: "AI_TypeValidationError", message: "Type validation failed" }],
  ["MALFORMED_RESPONSE", { name: "SyntaxError", message: "Unexpected end of JSON input" }],
  ["MALFORMED_RESPONSE", { name: "AI_NoOutputGeneratedError", message: "No output generated" }],
  ["EMPTY_RESPONSE", { name: "AI_EmptyResponseBodyError", message: "Empty response body" }],

  ["MALFORMED_RESPONSE", { name: "AI_NoObjectGeneratedError", message: "No object generated" }],
  ["MALFORMED_RESPONSE", { name: "AI_InvalidStreamPartError", message: "Invalid stream part" }],
  ["EMPTY_RESPONSE", { name: "AI_NoContentGeneratedError", message: "No content generated" }],
  ["INVALID_REQUEST", { name: "AI_UnsupportedFunctionalityError", message: "not supported" }],
  ["MODEL_NOT_FOUND", { name: "AI_NoSuchProviderError", message: "No such provider" }],
  ["CONFIG_INVALID", { name: "AI_LoadSettingError", message: "setting is missing" }],

  // gRPC, by name and as its Node library words it.
  ["RATE_LIMITED", { code: "RESOURCE_EXHAUSTED", message: "quota" }],
  ["RATE_LIMITED", { code: 8, message: "8 RESOURCE_EXHAUSTED: quota" }],
  ["OVERLOADED", { code: 14, message: "14 UNAVAILABLE: No connection established" }],
  ["AUTH_FAILED", { code: 16, message: "16 UNAUTHENTICATED: token" }],
  ["FORBIDDEN", { code: "PERMISSION_DENIED", message: "no" }],
  ["INVALID_REQUEST", { code: 3, message: "3 INVALID_ARGUMENT: prompt" }],
  ["TIMEOUT", { code: 4, message: "4 DEADLINE_EXCEEDED: too late" }],
  ["CANCELLED", { code: 1, message: "1 CANCELLED: by the client" }],
  ["UPSTREAM_ERROR", { code: 10, message: "10 ABORTED: conflict" }],

  // AWS names its errors, whatever carries them.
  ["RATE_LIMITED", { name: "ThrottlingException", message: "Rate exceeded" }],
  ["RATE_LIMITED", { name: "TooManyRequestsException", message: "Too many requests" }],
  ["OVERLOADED", { name: "ModelNotReadyException", message: "The model is not ready" }],
  ["UPSTREAM_ERROR", { name: "ModelErrorException", message: "The model failed" }],
  ["INVALID_REQUEST", { name: "ValidationException", message: "1 validation error" }],
  ["FORBIDDEN", { name: "AccessDeniedException", message: "not authorized" }],

  ["INTERNAL", { name: "TypeError", message: "Cannot read properties of undefined" }],
  ["INTERNAL", { name: "RangeError", message: "Invalid array length" }],
  ["INTERNAL", { name: "Error", message: "something nobody has seen" }],
  ["INTERNAL", fetchFailed({ code: "UND_ERR_INVALID_ARG", message: "invalid onRequestStart method" })],
];

/** Chromium behind Playwright: the code stands in the message. */
export const BROWSER_SYMPTOMS: readonly Symptom[] = [
  ...net("CONNECTION_REFUSED", "ERR_CONNECTION_REFUSED"),
  ...net("DNS_FAILED", "ERR_NAME_NOT_RESOLVED", "ERR_NAME_RESOLUTION_FAILED", "ERR_DNS_MALFORMED_RESPONSE"),
  ...net("DNS_FAILED", "ERR_DNS_SERVER_FAILED", "ERR_ICANN_NAME_COLLISION"),
  ...net("TIMEOUT", "ERR_TIMED_OUT", "ERR_CONNECTION_TIMED_OUT", "ERR_DNS_TIMED_OUT"),
  ...net("NETWORK_ERROR", "ERR_CONNECTION_FAILED", "ERR_SOCKET_NOT_CONNECTED", "ERR_NETWORK_IO_SUSPENDED"),
  ...net(
    "NETWORK_ERROR",
    "ERR_FAILED",
    "ERR_TEMPORARILY_THROTTLED",
    "ERR_TOO_MANY_RETRIES",
    "ERR_QUIC_HANDSHAKE_FAILED",
  ),
  ...net("TRUNCATED_RESPONSE", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONTENT_LENGTH_MISMATCH"),
  ...net("TRUNCATED_RESPONSE", "ERR_RESPONSE_HEADERS_TRUNCATED"),
  ...net("MALFORMED_RESPONSE", "ERR_INVALID_RESPONSE", "ERR_RESPONSE_HEADERS_TOO_BIG", "ERR_INVALID_CHUNKED_ENCODING"),
  ...net("PROXY_FAILED", "ERR_NO_SUPPORTED_PROXIES", "ERR_MANDATORY_PROXY_CONFIGURATION_FAILED"),
  ...net("PROXY_FAILED", "ERR_HTTPS_PROXY_TUNNEL_RESPONSE_REDIRECT", "ERR_PROXY_CERTIFICATE_INVALID"),
  ...net("ACCESS_BLOCKED", "ERR_BLOCKED_BY_RESPONSE"),
  ...net("BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS"),
  ...net("TLS_ERROR", "ERR_CERTIFICATE_TRANSPARENCY_REQUIRED", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
  ...net("INVALID_URL", "ERR_DISALLOWED_URL_SCHEME", "ERR_ADDRESS_INVALID"),
  ...net("BROWSER_CRASHED", "ERR_INSUFFICIENT_RESOURCES", "ERR_OUT_OF_MEMORY"),
  ...net("NETWORK_ERROR", "ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED", "ERR_CONNECTION_ABORTED"),
  ...net("NETWORK_ERROR", "ERR_EMPTY_RESPONSE", "ERR_NETWORK_CHANGED", "ERR_HTTP2_PROTOCOL_ERROR"),
  ...net("NETWORK_ERROR", "ERR_QUIC_PROTOCOL_ERROR"),
  ...net("NETWORK_DOWN", "ERR_INTERNET_DISCONNECTED", "ERR_ADDRESS_UNREACHABLE", "ERR_NETWORK_ACCESS_DENIED"),
  ...net("TLS_ERROR", "ERR_CERT_AUTHORITY_INVALID", "ERR_CERT_DATE_INVALID", "ERR_SSL_PROTOCOL_ERROR"),
  ...net("MALFORMED_RESPONSE", "ERR_INVALID_HTTP_RESPONSE", "ERR_CONTENT_DECODING_FAILED"),
  ...net(
    "PROXY_AUTH_FAILED",
    "ERR_INVALID_AUTH_CREDENTIALS",
    "ERR_UNEXPECTED_PROXY_AUTH",
    "ERR_PROXY_AUTH_UNSUPPORTED",
  ),
  ...net("PROXY_FAILED", "ERR_PROXY_CONNECTION_FAILED", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_SOCKS_CONNECTION_FAILED"),
  ...net("PROXY_FAILED", "ERR_SOCKS_CONNECTION_HOST_UNREACHABLE"),
  ...net("NAVIGATION_ABORTED", "ERR_ABORTED"),
  ...net("TOO_MANY_REDIRECTS", "ERR_TOO_MANY_REDIRECTS"),
  ...net("BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_ADMINISTRATOR", "ERR_BLOCKED_BY_CSP"),
  ...net("INVALID_URL", "ERR_INVALID_URL", "ERR_UNSAFE_PORT"),
  ...net("UPSTREAM_ERROR", "ERR_HTTP_RESPONSE_CODE_FAILURE"),
  ["INVALID_URL", { message: "page.goto: Protocol error (Page.navigate): Cannot navigate to invalid URL" }],
  ["NAVIGATION_ABORTED", { message: "page.goto: Download is starting" }],
  ["TIMEOUT", { name: "TimeoutError", message: "page.goto: Timeout 30000ms exceeded." }],
  [
    "UI_OBSTRUCTED",
    {
      name: "TimeoutError",
      message: 'locator.click: Timeout 5000ms exceeded.\n  <div id="modal"></div> intercepts pointer events',
    },
  ],
  ["PAGE_CLOSED", { message: "page.evaluate: Target page, context or browser has been closed" }],
  ["PAGE_CLOSED", { message: "page.evaluate: Execution context was destroyed, most likely because of a navigation" }],
  ["PAGE_CLOSED", { message: "page.click: Target closed" }],
  ["PAGE_CLOSED", { message: "page.goto: Page closed" }],
  ["PAGE_CLOSED", { message: "frame.evaluate: Frame was detached" }],
  ["PAGE_CLOSED", { message: "page.goto: Navigating frame was detached" }],
  ["PAGE_CLOSED", { message: "Protocol error (Page.navigate): Session closed. Most likely the page has been closed." }],
  ["PAGE_CLOSED", { message: "Protocol error (Runtime.callFunctionOn): Cannot find context with specified id" }],
  ["NAVIGATION_ABORTED", { message: 'page.goto: Navigation to "x" is interrupted by another navigation to "y"' }],
  ["UI_OBSTRUCTED", { message: "elementHandle.click: Element is not attached to the DOM" }],
  ["PAGE_CRASHED", { message: "page.goto: Target crashed" }],
  ["PAGE_CRASHED", { message: "page.goto: Navigation failed because page crashed!" }],
  ["BROWSER_CRASHED", { message: "browser.newContext: Browser has been closed" }],
  ["BROWSER_CRASHED", { message: "browser.newContext: Browser closed" }],
  [
    "BROWSER_CRASHED",
    { message: "browserContext.newPage: Protocol error (Target.createTarget): Failed to open a new tab" },
  ],
  ["BROWSER_CRASHED", { message: "browserType.connectOverCDP: connect ECONNREFUSED 127.0.0.1:9222" }],
  ["BROWSER_LAUNCH_FAILED", { message: "browserType.launch: Executable doesn't exist at /opt/chromium" }],
  [
    "BROWSER_LAUNCH_FAILED",
    { message: "browserType.launch: Failed to launch chromium because executable doesn't exist at /x" },
  ],
  [
    "BROWSER_LAUNCH_FAILED",
    { message: "browserType.launch: Target page, context or browser has been closed\nBrowser logs:" },
  ],
  ["BROWSER_LAUNCH_FAILED", { message: "browserType.launch: Failed to launch: Error: spawn /x ENOENT" }],
  ["BROWSER_LAUNCH_FAILED", { message: "browserType.launch: Failed to launch: Error: spawn ENOMEM" }],
  [
    "SURFACE_CHANGED",
    { message: "locator.click: Error: strict mode violation: locator('textarea') resolved to 2 elements" },
  ],
  [
    "SURFACE_CHANGED",
    { message: "locator.fill: Error: Element is not an <input>, <textarea> or [contenteditable] element" },
  ],
];
