import { BenthamError, type Fetch } from "@bentham/core";
import { type BodyInit, type Dispatcher, fetch as undiciFetch } from "undici";

/**
 * A `fetch` over `dispatcher` for http and https, which follows no redirect. It is undici's own, since Node's takes no
 * dispatcher of another undici than the one it is built with; what goes in is turned into what both understand.
 *
 * @throws BenthamError INVALID_URL for a URL that is none, of another scheme, or with a name or a password in it; else
 *   what undici's `fetch` throws.
 */
export function fetchOver(dispatcher: Dispatcher): Fetch {
  return async (input, init = {}) => {
    const request = input instanceof Request ? input : undefined;
    const url = checkUrl(input instanceof Request ? input.url : input.toString());
    const headers = new Headers(init.headers ?? request?.headers);
    const body = await bodyOf(init.body ?? request?.body, headers);
    return undiciFetch(url, {
      method: init.method ?? request?.method ?? "GET",
      headers: [...headers],
      body,
      duplex: "half",
      signal: init.signal ?? request?.signal ?? null,
      redirect: "manual",
      dispatcher,
    });
  };
}

function checkUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw new BenthamError("INVALID_URL", "the address is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new BenthamError("INVALID_URL", `only http: and https: can be asked, not ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new BenthamError(
      "INVALID_URL",
      `the address at ${url.host} has a name or a password in it: a credential belongs in the vault`,
    );
  }
  return url;
}

/** Text, bytes and files as they are, a file as it is read; anything else as the bytes that it stands for, its type told in `headers`. */
async function bodyOf(body: RequestInit["body"], headers: Headers): Promise<BodyInit> {
  if (body === null || body === undefined) return null;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body instanceof Blob && body.type === "") {
    headers.set("content-length", String(body.size)); // As a blob, undici would read all of it before it sends any.
    return body.stream();
  }
  const whole = new Response(body);
  const type = whole.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return whole.bytes();
}
