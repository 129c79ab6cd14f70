import type { ErrorShape, Symptom } from "./error-shape.ts";

/** An AI_APICallError of AI SDK 7, as `generateText` throws it for an answer that is no 2xx. */
function call(
  statusCode: number,
  responseBody: unknown = "",
  responseHeaders: Readonly<Record<string, string>> = {},
): ErrorShape {
  return { name: "AI_APICallError", message: "Failed", statusCode, responseBody, responseHeaders };
}

const CHALLENGE_PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>";
const CUT: ErrorShape = { name: "TypeError", message: "terminated", cause: { code: "UND_ERR_SOCKET" } };

/** Answers of surfaces, by status and body. */
export const HTTP_SYMPTOMS: readonly Symptom[] = [
  ["RATE_LIMITED", call(429, '{"error":{"type":"rate_limit_error"}}', { "retry-after": "2" })],
  ["RATE_LIMITED", call(429)],
  ["RATE_LIMITED", call(429, '{"error":{"status":"RESOURCE_EXHAUSTED","message":"quota per minute"}}')],
  ["RATE_LIMITED", { status: 429, message: "429 Too many requests" }],
  ["QUOTA_EXCEEDED", call(429, '{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}')],
  ["QUOTA_EXCEEDED", call(429, '{"error":{"code":"credit_balance_exhausted"}}')],
  ["QUOTA_EXCEEDED", call(429, '{"error":{"type":"enforced_spend_limit_reached"}}')],
  [
    "QUOTA_EXCEEDED",
    call(429, '{"error":{"details":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}}'),
  ],
  ["QUOTA_EXCEEDED", call(429, '{"error":{"code":"quota_exceeded","message":"daily limit reached"}}')],
  ["QUOTA_EXCEEDED", { status: 429, code: "insufficient_quota", message: "429 You exceeded your current quota" }],
  ["QUOTA_EXCEEDED", call(402)],
  ["QUOTA_EXCEEDED", call(400, '{"error":{"message":"Your credit balance is too low to access the API"}}')],

  ["QUOTA_EXCEEDED", call(403, '{"error":{"code":"insufficient_quota"}}')],
  // The AI SDK, and the vendors' own, try these again.
  ["UPSTREAM_ERROR", call(409, '{"error":{"message":"conflict"}}')],
  ["UPSTREAM_ERROR", call(425)],
  ["CONTEXT_TOO_LONG", call(400, '{"message":"This model\'s maximum context length is 4096 tokens"}')],
  ["CHALLENGE", call(503, CHALLENGE_PAGE)],
  ["OVERLOADED", call(503, '{"error":{"message":"Overloaded, we are back in just a moment"}}')],
  ["MALFORMED_RESPONSE", call(206)],

  ["OVERLOADED", call(529, '{"error":{"type":"overloaded_error"}}')],
  ["OVERLOADED", call(503, '{"error":{"status":"UNAVAILABLE"}}')],
  ["UPSTREAM_ERROR", call(500, '{"error":{"type":"api_error"}}')],
  ["UPSTREAM_ERROR", call(502, "<html>Bad gateway</html>")],
  ["UPSTREAM_ERROR", { name: "AI_StreamProviderError", statusCode: 500 }],
  ["OVERLOADED", { name: "AI_StreamProviderError", statusCode: 529 }],
  ["UPSTREAM_ERROR", { name: "AI_StreamProviderError", message: "server_error" }],

  ["AUTH_FAILED", call(401, '{"error":{"type":"authentication_error"}}')],
  ["AUTH_FAILED", call(401, '{"error":{"code":"invalid_api_key"}}')],
  ["AUTH_FAILED", call(401, '{"error":{"status":"UNAUTHENTICATED"}}')],
  ["AUTH_FAILED", call(400, '{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}')],
  ["AUTH_FAILED", { name: "AI_LoadAPIKeyError", message: "API key is missing" }],
  ["FORBIDDEN", call(403, '{"error":{"type":"permission_error"}}')],
  ["FORBIDDEN", call(403, '{"error":{"status":"PERMISSION_DENIED"}}')],
  ["FORBIDDEN", call(403, '{"message":"AccessDenied"}')],
  ["REGION_UNSUPPORTED", call(403, '{"error":{"code":"unsupported_country_region_territory"}}')],
  ["REGION_UNSUPPORTED", call(403, "<html>This service is not available in your country</html>")],
  [
    "REGION_UNSUPPORTED",
    call(400, '{"error":{"status":"FAILED_PRECONDITION","message":"User location is not supported"}}'),
  ],
  [
    "REGION_UNSUPPORTED",
    call(400, '{"error":{"message":"User location is not supported","status":"FAILED_PRECONDITION"}}'),
  ],
  ["CHALLENGE", call(403, CHALLENGE_PAGE, { "cf-mitigated": "challenge" })],
  ["CHALLENGE", call(503, CHALLENGE_PAGE, { "cf-mitigated": "challenge" })],
  ["CHALLENGE", call(403, CHALLENGE_PAGE)],
  ["CHALLENGE", call(403, '<html><form id="captcha"></form></html>')],
  ["ACCESS_BLOCKED", call(403, "<html><h1>Access denied</h1></html>")],
  ["ACCESS_BLOCKED", call(451)],

  [
    "ACCOUNT_BLOCKED",
    call(
      401,
      '{"error":{"message":"The OpenAI account associated with this API key has been deactivated.","code":"account_deactivated"}}',
    ),
  ],
  ["ACCOUNT_BLOCKED", call(401, '{"error":{"message":"Your OpenAI account has been deactivated.","code":null}}')],
  [
    "ACCOUNT_BLOCKED",
    call(400, '{"error":{"type":"invalid_request_error","message":"This organization has been disabled."}}'),
  ],
  ["ACCOUNT_BLOCKED", call(403, '{"error":{"message":"Your account is suspended"}}')],

  ["MODEL_NOT_FOUND", call(404, '{"error":{"code":"model_not_found"}}')],
  ["MODEL_NOT_FOUND", call(404, '{"error":{"type":"not_found_error"}}')],
  ["MODEL_NOT_FOUND", call(400, '{"error":{"code":"model_not_found"}}')],
  ["MODEL_NOT_FOUND", { name: "AI_NoSuchModelError", message: "No such languageModel: gpt-0" }],
  ["INVALID_REQUEST", call(400, '{"error":{"status":"INVALID_ARGUMENT"}}')],
  ["INVALID_REQUEST", call(422)],
  ["INVALID_REQUEST", call(418)],
  ["CONTEXT_TOO_LONG", call(400, '{"error":{"code":"context_length_exceeded"}}')],
  ["CONTEXT_TOO_LONG", call(400, '{"error":{"message":"prompt is too long: 300000 tokens"}}')],
  ["CONTEXT_TOO_LONG", call(413, '{"error":{"type":"request_too_large"}}')],
  ["PROMPT_BLOCKED", call(400, '{"error":{"code":"content_filter"}}')],
  ["PROMPT_BLOCKED", call(400, '{"error":{"code":"content_policy_violation"}}')],
  ["PROMPT_BLOCKED", call(400, '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}')],
  ["PROMPT_BLOCKED", call(403, '{"error":{"metadata":{"reasons":["moderation"],"flagged_input":"x"}}}')],

  ["TIMEOUT", call(408)],
  ["TIMEOUT", call(504, '{"error":{"status":"DEADLINE_EXCEEDED"}}')],
  ["PROXY_AUTH_FAILED", call(407)],
  ["PROXY_FAILED", call(590)],
  ["PROXY_FAILED", call(599)],
  ["TOO_MANY_REDIRECTS", call(302, "", { location: "https://elsewhere.example/" })],

  // A 200 that could not be read: cut short, or not what it should be.
  ["MALFORMED_RESPONSE", { ...call(200, "{"), message: "Invalid JSON response", cause: { name: "AI_JSONParseError" } }],
  ["MALFORMED_RESPONSE", { ...call(200, '{"hello":1}'), cause: { name: "AI_TypeValidationError" } }],
  ["MALFORMED_RESPONSE", { ...call(500, { hello: 1 }), message: "Invalid response" }],
  ["TRUNCATED_RESPONSE", { ...call(200), message: "Failed to process successful response", cause: CUT }],
  ["TRUNCATED_RESPONSE", { ...call(200), cause: { code: "ECONNRESET" } }],
  ["TRUNCATED_RESPONSE", { ...call(200), cause: { message: "terminated" } }],
  // V8's word for JSON that ends in a string. The answer itself came to its end.
  ["MALFORMED_RESPONSE", { ...call(200, '{"a":"b'), cause: { message: "Unterminated string in JSON at position 7" } }],
];
