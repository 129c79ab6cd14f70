import { describe, expect, it } from "vitest";
import { isSensitiveHeader } from "../../src/redact/sensitive-names.ts";

describe("isSensitiveHeader", () => {
  it.each([
    "Authorization",
    "proxy-authorization",
    "Cookie",
    "Set-Cookie",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-csrf-token",
    "X-CSRFToken",
    "x-xsrf-token",
    "x-auth-token",
    "x-amz-security-token",
    "x-subscription-token",
    "client_secret",
  ])("holds for %s", (name) => {
    expect(isSensitiveHeader(name)).toBe(true);
  });

  it.each([
    "content-type",
    "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-tokens-remaining",
    "x-request-id",
    "retry-after",
    "www-authenticate",
    "openai-organization",
    "etag",
  ])("does not hold for %s, which is evidence", (name) => {
    expect(isSensitiveHeader(name)).toBe(false);
  });
});
