import { describe, expect, it } from "vitest";
import { redactFields, redactUrl } from "../../src/redact/redact-url.ts";

const show = (kind: string, name: string, value: string): string => `<${kind} ${name} ${value}>`;

describe("redactUrl", () => {
  it.each([
    ["https://host/path?q=a&key=abc", "https://host/path?q=a&key=<field key abc>"],
    [
      "https://host/?API_KEY=a%20b&x=1#access_token=c",
      "https://host/?API_KEY=<field API_KEY a b>&x=1#access_token=<field access_token c>",
    ],
    ["https://host/?api%5Fkey=abc", "https://host/?api%5Fkey=<field api_key abc>"],
    ["https://host/?X-Amz-Signature=abc", "https://host/?X-Amz-Signature=<field X-Amz-Signature abc>"],
    ["socks5://user:p@ss@host:1080", "socks5://<userinfo  user:p@ss>@host:1080"],
    [
      "could not reach http://u:p@host/ or http://host/?token=t.",
      "could not reach http://<userinfo  u:p>@host/ or http://host/?token=<field token t.>",
    ],
  ])("redacts %s", (text, redacted) => {
    expect(redactUrl(text, show)).toBe(redacted);
  });

  it.each([
    "https://host/path?q=key&page=2&max_tokens=5&page_token=3&keyword=x",
    "https://host/@user/?mail=a@b",
    "https://host/?key=&key",
    "mail me@example.org about https://host/",
    "HTTPS://HOST/%7Ea/../b?A=%zz",
  ])("leaves %s as it is", (text) => {
    expect(redactUrl(text, show)).toBe(text);
  });

  it("redacts the fields of a form", () => {
    expect(redactFields("password=a+b&user=me", show)).toBe("password=<field password a b>&user=me");
  });

  it("takes a long hostile text in its stride", () => {
    for (const unit of ["?", "&a", "://", "://a@", "#=", "?key"]) {
      expect(redactUrl(unit.repeat(200_000), () => "").length).toBeGreaterThan(0);
    }
  });
});
