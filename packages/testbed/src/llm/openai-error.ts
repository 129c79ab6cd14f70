const TYPES: Readonly<Record<number, string>> = {
  401: "invalid_request_error",
  429: "rate_limit_error",
  500: "server_error",
};

/** An error as OpenAI writes it. */
export function openaiError(status: number, code: string, message: string): object {
  return { error: { message, type: TYPES[status] ?? "invalid_request_error", param: null, code } };
}
