import { expect, test } from "vitest";
import { httpTroubleOf } from "../../src/web/http-trouble.ts";
import { normaliseText } from "../../src/web/normalise-text.ts";
import type { Observation } from "../../src/web/observe-page.ts";
import { complaintOf, wallOf } from "../../src/web/page-trouble.ts";

function page(part: Partial<Observation> = {}): Observation {
  return {
    title: "Chat",
    url: "https://chat.example/",
    answers: 0,
    text: "",
    isBusy: false,
    done: null,
    composer: "textarea",
    login: null,
    locked: null,
    challenge: null,
    alerts: "",
    ...part,
  };
}

test.each([
  ["a challenge by its title", { title: "Just a moment...", composer: null }, "CHALLENGE"],
  ["a challenge by its widget", { challenge: "#challenge-form", composer: null }, "CHALLENGE"],
  ["a challenge by its address", { url: "https://www.google.com/sorry/index", composer: null }, "CHALLENGE"],
  ["a login", { login: "form.login", composer: null }, "LOGIN_REQUIRED"],
  ["a locked account by its place, wherever it stands", { locked: ".suspended" }, "ACCOUNT_BLOCKED"],
  ["a locked account by its title", { title: "Your account has been suspended", composer: null }, "ACCOUNT_BLOCKED"],
  ["a locked account by an alert", { alerts: "We noticed suspicious activity", composer: null }, "ACCOUNT_BLOCKED"],
  ["a locked account before its login", { locked: "#locked", login: "form", composer: null }, "ACCOUNT_BLOCKED"],
  ["words of locked accounts on a page where one can ask", { alerts: "suspicious activity" }, undefined],
  ["a script of a challenge on a page where one can ask", { challenge: "#challenge-form" }, undefined],
  ["a link to sign in on a page where one can ask", { login: "a.login" }, undefined],
  ["a page that has not come up", { composer: null }, undefined],
])("%s", (_, part, code) => {
  expect(wallOf(page(part), false)?.code).toBe(code);
});

test("a login where somebody had signed in is a session that has run out", () => {
  expect(wallOf(page({ login: "form.login", composer: null }), true)?.code).toBe("SESSION_EXPIRED");
});

test.each([
  ["You have reached the limit. Try again in 2 minutes", "RATE_LIMITED", 120_000],
  ["Too many requests", "RATE_LIMITED", undefined],
  ["Something went wrong", "UPSTREAM_ERROR", undefined],
  ["Saved", undefined, undefined],
])("an alert that says: %s", (alerts, code, retryAfterMs) => {
  const complaint = complaintOf(page({ alerts }));
  expect([complaint?.code, complaint?.retryAfterMs]).toEqual([code, retryAfterMs]);
});

test("an answer about limits and errors is an answer", () => {
  const text = "Something went wrong with the rate limit: too many requests were sent.";
  expect(complaintOf(page({ text }))).toBeUndefined();
});

test.each([
  [200, {}, undefined, undefined],
  [429, { "retry-after": "7" }, "RATE_LIMITED", 7_000],
  [429, {}, "RATE_LIMITED", undefined],
  [403, {}, "ACCESS_BLOCKED", undefined],
  [403, { "cf-mitigated": "challenge" }, "CHALLENGE", undefined],
  [407, {}, "PROXY_AUTH_FAILED", undefined],
  [597, {}, "PROXY_AUTH_FAILED", undefined],
  [594, {}, "PROXY_FAILED", undefined],
  [500, {}, "UPSTREAM_ERROR", undefined],
  [503, {}, "OVERLOADED", undefined],
  [404, {}, "SURFACE_CHANGED", undefined],
])("status %d with %j", (status, headers, code, retryAfterMs) => {
  const trouble = httpTroubleOf("the page", { status, headers });
  expect([trouble?.code, trouble?.retryAfterMs]).toEqual([code, retryAfterMs]);
});

test("a text has one form, whatever white space a page puts around it", () => {
  expect(normaliseText("  One\u00a0two \r\n\r\n\n\n three\tfour \n")).toBe("One two\n\nthree\tfour");
});
