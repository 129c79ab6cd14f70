/** Says in one line what an exchange failed of: the code that tells most, and the messages down to the cause. */
export function describeFailure(error: unknown): string {
  const messages: string[] = [];
  let cause = error;
  // `fetch failed` says nothing; its cause does. Five levels are more than any library nests.
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    const code = "code" in cause && typeof cause.code === "string" ? `${cause.code}: ` : "";
    messages.push(`${code}${cause.message || cause.name}`);
    cause = cause.cause;
  }
  return messages.length > 0 ? messages.join(" < ") : String(error);
}
