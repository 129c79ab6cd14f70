import type { ErrorCode } from "@bentham/core";
import type { ErrorFacts } from "./error-facts.ts";

/** A pattern over the body of an answer, and the code it means. */
type BodySymptom = readonly [pattern: RegExp, code: ErrorCode];

/** A vendor has shut the account out: OpenAI's 401, Anthropic's and Groq's 400, others' 403. A person has to see to it. */
const SHUT_OUT: BodySymptom = [
  /account_deactivated|\b(account|organization) (has been|is) (deactivated|disabled|locked|restricted|suspended)\b/i,
  "ACCOUNT_BLOCKED",
];

/** Bodies that say more than their status, by vendor wording: OpenAI, Anthropic, Gemini, OpenRouter. */
const BODIES: Readonly<Record<number, readonly BodySymptom[]>> = {
  400: [
    [/context_length_exceeded|prompt is too long|maximum context length/i, "CONTEXT_TOO_LONG"],
    [/content_filter|content_policy_violation|blockReason/i, "PROMPT_BLOCKED"],
    // Both words, in any order; anchored, so that no body can make the search slow.
    [/^(?=[^]*FAILED_PRECONDITION)(?=[^]*location)/i, "REGION_UNSUPPORTED"],
    [/credit balance is too low/i, "QUOTA_EXCEEDED"],
    [/model_not_found/i, "MODEL_NOT_FOUND"],
    [/API_KEY_INVALID|invalid_api_key/i, "AUTH_FAILED"],
    SHUT_OUT,
  ],
  401: [SHUT_OUT],
  403: [
    [/unsupported_country_region_territory|not available in your (country|region)/i, "REGION_UNSUPPORTED"],
    [/cf-chl|challenge-platform|just a moment|captcha/i, "CHALLENGE"],
    [/insufficient_quota/i, "QUOTA_EXCEEDED"],
    [/moderation|flagged/i, "PROMPT_BLOCKED"],
    [/^\s*</, "ACCESS_BLOCKED"],
    SHUT_OUT,
  ],
  // Only a page: a vendor may well say that it is back in just a moment.
  503: [[/^\s*<[^]*(cf-chl|challenge-platform|just a moment|captcha)/i, "CHALLENGE"]],
  429: [
    [
      /insufficient_quota|credit_balance_exhausted|enforced_spend_limit_reached|billing_hard_limit|PerDay|daily limit/i,
      "QUOTA_EXCEEDED",
    ],
  ],
};

const STATUSES: Readonly<Record<number, ErrorCode>> = {
  400: "INVALID_REQUEST",
  401: "AUTH_FAILED",
  402: "QUOTA_EXCEEDED",
  403: "FORBIDDEN",
  404: "MODEL_NOT_FOUND",
  407: "PROXY_AUTH_FAILED",
  408: "TIMEOUT",
  409: "UPSTREAM_ERROR",
  413: "CONTEXT_TOO_LONG",
  422: "INVALID_REQUEST",
  425: "UPSTREAM_ERROR",
  429: "RATE_LIMITED",
  451: "ACCESS_BLOCKED",
  503: "OVERLOADED",
  504: "TIMEOUT",
  529: "OVERLOADED",
};

/** Causes that tell why a body with status 200 could not be read to its end. */
const CUT =
  /UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_BODY_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE|\bterminated\b|other side closed/;

/** The code of an error that carries an HTTP answer. */
export function codeOfHttp(facts: ErrorFacts, chain: readonly ErrorFacts[]): ErrorCode | undefined {
  const { status, body, headers, name } = facts;
  if (status === undefined || !Number.isInteger(status)) return undefined;
  if (headers["cf-mitigated"] === "challenge") return "CHALLENGE";
  // The Responses API of the AI SDK says 500 for a 200 it could not read, and gives the body as an object.
  if ((status >= 200 && status < 300) || (status === 500 && facts.hasParsedBody && name === "AI_APICallError")) {
    const isCut = chain.some(({ code, message }) => CUT.test(code) || CUT.test(message));
    return isCut ? "TRUNCATED_RESPONSE" : "MALFORMED_RESPONSE";
  }
  // The vendors' own libraries give the code of the body as the error's.
  const symptom = BODIES[status]?.find(([pattern]) => pattern.test(body) || pattern.test(facts.code));
  if (symptom) return symptom[1];
  const known = STATUSES[status];
  if (known) return known;
  if (status >= 300 && status < 400) return "TOO_MANY_REDIRECTS";
  if (status >= 590 && status < 600) return "PROXY_FAILED";
  if (status >= 500 && status < 600) return "UPSTREAM_ERROR";
  if (status >= 400 && status < 500) return "INVALID_REQUEST";
  return undefined;
}
