import { BenthamError, type Clock, type Secret, startTimer } from "@bentham/core";
import type { Agent } from "undici";

/** Where a key-value engine is, version 2, of OpenBao or HashiCorp Vault. */
export interface KvPlace {
  /** Such as `https://vault.example:8200`. Over plain http loopback alone. */
  readonly address: string;
  /** Where the engine is mounted. */
  readonly mount: string;
  /** Sent as `X-Vault-Namespace`. */
  readonly namespace?: string | undefined;
  /** Certificate authorities to trust in place of the usual ones, as PEM. */
  readonly authorities?: readonly string[] | undefined;
}

/** Parts of {@link KvClient}. */
export interface KvClientParts extends KvPlace {
  /** Asked in front of every request: an agent may renew it. */
  readonly token: () => Promise<Secret>;
  readonly clock: Clock;
  /** How long one request may take, in milliseconds. */
  readonly timeout: number;
}

/** Longest answer, in bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** When to ask again a server that is away, in milliseconds. */
const COME_AGAIN = 30_000;

/**
 * Reads secrets over HTTP (https://openbao.org/api-docs/secret/kv/kv-v2/). Errors tell what the server said of the request,
 * and never what a secret holds.
 */
export class KvClient {
  readonly #parts: KvClientParts;
  #agent: Promise<Agent> | undefined;

  /** @throws BenthamError CONFIG_INVALID when the address is none, or would carry secrets in the clear. */
  constructor(parts: KvClientParts) {
    this.#parts = parts;
    const url = URL.parse(parts.address);
    const isLoopback = url !== null && /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
    if (
      url &&
      url.username === "" &&
      url.password === "" &&
      (url.protocol === "https:" || (url.protocol === "http:" && isLoopback))
    )
      return;
    throw new BenthamError(
      "CONFIG_INVALID",
      "vault.openBao.address must be an https URL without a name or password in it, such as https://vault.example:8200; " +
        "http is for loopback alone",
    );
  }

  /**
   * What the newest version of a secret holds; nothing when there is none, or it was deleted.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the server refuses, NO_RESOURCE when it is away or sealed.
   */
  async read(path: string): Promise<unknown> {
    const answer = await this.#get(`data/${encoded(path)}`);
    return member(member(answer, "data"), "data") ?? undefined;
  }

  /** The names of the secrets below a path. @throws BenthamError as `read` does. */
  async list(path: string): Promise<string[]> {
    const answer = await this.#get(`metadata/${encoded(path)}?list=true`);
    const keys = member(member(answer, "data"), "keys");
    return Array.isArray(keys) ? keys.filter((key) => typeof key === "string" && !key.endsWith("/")) : [];
  }

  async #get(path: string): Promise<unknown> {
    const { address, mount, namespace, token, clock, timeout } = this.#parts;
    const url = `${address.replace(/\/+$/, "")}/v1/${encoded(mount)}/${path}`;
    const headers = {
      "x-vault-token": (await token()).reveal(),
      "x-vault-request": "true",
      ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
    };
    const tooLate = new AbortController();
    const stopTimer = startTimer(clock, timeout, () => tooLate.abort());
    try {
      const { fetch } = await import("undici"); // It takes a tenth of a second to load.
      const dispatcher = await (this.#agent ??= this.#openAgent());
      const response = await fetch(url, { headers, dispatcher, redirect: "manual", signal: tooLate.signal });
      const body = await readBody(response.body);
      const answer = parsed(body);
      if (response.status !== 200) return this.#judge(response.status, answer);
      if (answer === undefined) throw this.#refusal("answered with what is no JSON: is it a vault?");
      return answer;
    } catch (error) {
      if (error instanceof BenthamError) throw error;
      if (tooLate.signal.aborted) throw this.#away(`did not answer within ${timeout} ms`);
      throw this.#unreachable(error);
    } finally {
      stopTimer();
    }
  }

  async #openAgent(): Promise<Agent> {
    const { Agent } = await import("undici");
    const { authorities } = this.#parts;
    // Without pipelining no connection is kept: it is asked once a minute, and nobody has to close anything.
    return new Agent({ pipelining: 0, ...(authorities ? { connect: { ca: [...authorities] } } : {}) });
  }

  /** What an answer other than 200 means; nothing when it says that there is no such secret. */
  #judge(status: number, answer: unknown): undefined {
    const errors = member(answer, "errors");
    const said = Array.isArray(errors)
      ? errors
          .map((error) =>
            String(error)
              .replace(/[\s\p{Cc}]+/gu, " ")
              .trim(),
          )
          .join("; ")
          .slice(0, 300)
      : "";
    switch (status) {
      case 404:
        if (said === "") return undefined; // Also a deleted version: its metadata comes, and no data.
        throw this.#refusal(`says "${said}": is a key-value engine of version 2 mounted at ${this.#parts.mount}?`);
      case 400:
      case 403:
        throw this.#refusal(
          `says "${said || "permission denied"}": the token has expired, or its policy lets it not read ${this.#parts.mount}/data`,
        );
      case 429:
      case 473:
        throw this.#away(`is a standby, or has too much to do (${status})`);
      case 503:
        throw this.#away(
          /sealed/i.test(said) || said === "" ? "is sealed, or under maintenance: unseal it" : `says "${said}"`,
        );
      default:
        if (status >= 500) throw this.#away(`failed (${status})${said === "" ? "" : `: ${said}`}`);
        throw this.#refusal(
          status >= 300 && status < 400
            ? "answered with a redirect, and none is followed, since it would carry the token elsewhere: name the active node"
            : `answered ${status}${said === "" ? "" : `: ${said}`}`,
        );
    }
  }

  #unreachable(error: unknown): BenthamError {
    const cause = member(error, "cause");
    const code = member(cause, "code") ?? member(error, "code");
    const isTrust = typeof code === "string" && /CERT|SIGNATURE|ERR_TLS|ERR_SSL|SELF_SIGNED/.test(code);
    if (!isTrust) return this.#away(`cannot be reached (${typeof code === "string" ? code : "unknown error"})`, error);
    return this.#refusal(
      `has a certificate that is not trusted (${code}): name its authority in vault.openBao.authority`,
      error,
    );
  }

  #refusal(why: string, cause?: unknown): BenthamError {
    return new BenthamError("CREDENTIAL_MISSING", `the vault at ${this.#parts.address} ${why}`, { cause });
  }

  #away(why: string, cause?: unknown): BenthamError {
    const facts = { retryAfterMs: COME_AGAIN, pauses: "lane", cause } as const;
    return new BenthamError("NO_RESOURCE", `the vault at ${this.#parts.address} ${why}`, facts);
  }
}

async function readBody(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw new RangeError("the answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
