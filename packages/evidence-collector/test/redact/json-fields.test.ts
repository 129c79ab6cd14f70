import { expect, test } from "vitest";
import { redactJsonFields, redactJsonStrings } from "../../src/redact/json-fields.ts";

test.each([
  ['{"access_token":"abc","q":"kept"}', '{"access_token":"*","q":"kept"}'],
  ['{"user":{"Password" : "a\\"b\\\\"}}', '{"user":{"Password" : "*"}}'],
  ['data: {"refreshToken":"x"}\n\n', 'data: {"refreshToken":"*"}\n\n'],
  ['{"key":"q1","session":"spring"}', '{"key":"q1","session":"spring"}'],
  ['{"key":"sk-0123456789abcdef01"}', '{"key":"*"}'],
  ['{"password":""}', '{"password":""}'],
  ['{"text":"say \\"password\\":\\"x\\" to it"}', '{"text":"say \\"password\\":\\"x\\" to it"}'],
  ['{"password":12,"q":"password"}', '{"password":12,"q":"password"}'],
])("%s", (text, redacted) => {
  expect(redactJsonFields(text, () => "*")).toBe(redacted);
});

test("replaces whole strings, however they are written", () => {
  const text = Buffer.from('{"a":"z\\u00fcrich","b":"zürich","c":"zürich 2"}').toString("latin1");
  const redacted = redactJsonStrings(text, new Set(["zürich"]), () => "*");
  expect(Buffer.from(redacted, "latin1").toString()).toBe('{"a":"*","b":"*","c":"zürich 2"}');
});
