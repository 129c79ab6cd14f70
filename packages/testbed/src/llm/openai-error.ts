import type { Stamp, Trouble } from "./wire.ts";

interface Wording {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

/** What OpenAI says with each status. https://platform.openai.com/docs/guides/error-codes */
const WORDINGS: Readonly<Record<number, Wording>> = {
  400: { type: "invalid_request_error", code: null, message: "We could not parse the JSON body of your request." },
  401: {
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
  },
  404: {
    type: "invalid_request_error",
    code: "model_not_found",
    message: "The model does not exist or you do not have access to it.",
  },
  429: {
    type: "requests",
    code: "rate_limit_exceeded",
    message: "Rate limit reached for requests per min (RPM): Limit 10000, Used 10000, Requested 1.",
  },
  500: {
    type: "server_error",
    code: null,
    message: "The server had an error while processing your request. Sorry about that!",
  },
  503: { type: "server_error", code: null, message: "That model is currently overloaded with other requests." },
};

const OTHER_CLIENT: Wording = { type: "invalid_request_error", code: null, message: "The request was not accepted." };
const OTHER_SERVER: Wording = { type: "server_error", code: null, message: "The server had an error." };

/** An error as OpenAI writes it. */
export function openaiError({ status, code, message }: Trouble): object {
  const wording = WORDINGS[status] ?? (status < 500 ? OTHER_CLIENT : OTHER_SERVER);
  const type = code === OUT_OF_QUOTA.code ? code : wording.type;
  return { error: { message: message ?? wording.message, type, param: null, code: code ?? wording.code } };
}

/** No money left: a 429 that no waiting helps against. */
export const OUT_OF_QUOTA: Trouble = {
  status: 429,
  code: "insufficient_quota",
  message: "You exceeded your current quota, please check your plan and billing details.",
};

export const WRONG_REGION: Trouble = {
  status: 403,
  code: "unsupported_country_region_territory",
  message: "Country, region, or territory not supported",
};

/** The headers that OpenAI sends with everything. */
export function openaiHeaders({ id }: Stamp, isRateLimited: boolean): Record<string, string> {
  return {
    "x-request-id": `req_${id}`,
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": isRateLimited ? "0" : "9999",
    "x-ratelimit-reset-requests": "6ms",
  };
}
