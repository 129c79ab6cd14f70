import type { StoredAttempt } from "./store.ts";

/** The codes that the tries of each question ended with, a try that was answered as `answered`. */
export function codesByQuery(attempts: readonly StoredAttempt[]): Map<string, string[]> {
  const codes = new Map<string, string[]>();
  for (const { queryId, code, outcome } of attempts) {
    codes.set(queryId, [...(codes.get(queryId) ?? []), code || (outcome ?? "no end")]);
  }
  return codes;
}
