import { readFileSync } from "node:fs";
import { ERROR_CODES } from "@bentham/core";
import { expect, test } from "vitest";

test("docs/error-codes.md says what the table says", () => {
  const doc = readFileSync(new URL("../../../../docs/error-codes.md", import.meta.url), "utf8");
  const rows = doc
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
  expect(rows).toEqual(
    Object.entries(ERROR_CODES).map(([code, { category, isRetryable, suggestedAction, retryLimit }]) => [
      code,
      category,
      isRetryable ? (retryLimit === undefined ? "yes" : `${retryLimit}x`) : "no",
      suggestedAction,
    ]),
  );
});
