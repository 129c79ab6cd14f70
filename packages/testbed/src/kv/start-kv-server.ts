import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "@bentham/core";
import { listenOnLoopback, type LoopbackOptions } from "../llm/loopback-server.ts";
import { parseJson, readBody } from "../llm/read-body.ts";

/** Options of {@link startKvServer}. */
export interface KvServerOptions extends LoopbackOptions {
  /** The token that is let in. */
  readonly token: string;
  /** Where the engine is mounted. @default "secret" */
  readonly mount?: string | undefined;
  /** The namespace that the engine is in. @default the root's */
  readonly namespace?: string | undefined;
  /** Tells when versions were made. @default the real clock */
  readonly clock?: Clock | undefined;
}

/** What a server does beside answering. */
export type KvTrouble = "sealed" | "failing" | "redirecting" | "silent" | "no-vault";

/** A key-value engine, version 2, as OpenBao and HashiCorp Vault serve it. */
export interface KvServer extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, such as `GET /v1/secret/data/app`. */
  readonly requests: readonly string[];
  /** Writes a new version of a secret, as `kv put` does. */
  put(path: string, data: Readonly<Record<string, unknown>>): void;
  /** Deletes the newest version of a secret, as `kv delete` does: the older ones stay. */
  delete(path: string): void;
  /** Lets another token in, in place of the one before. */
  setToken(token: string): void;
  /** What is wrong with it from now on. @default nothing any more */
  setTrouble(trouble?: KvTrouble): void;
}

interface Version {
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  deletedAt: string;
}

/**
 * Starts a server on 127.0.0.1 that speaks the HTTP API of the key-value engine: read, write, delete and list
 * (https://openbao.org/api-docs/secret/kv/kv-v2/), with the errors that the servers give for a wrong token, an unknown mount and
 * while they are sealed.
 */
export async function startKvServer(options: KvServerOptions): Promise<KvServer> {
  const engine = new KvEngine(options);
  const open = new Set<Promise<void>>();
  const server = await listenOnLoopback((request, response) => {
    const work = engine
      .answer(request, response)
      .catch(() => void response.destroy()) // The client went while it was still asking.
      .finally(() => open.delete(work));
    open.add(work);
  }, options);
  return {
    url: server.url,
    requests: engine.requests,
    put: (path, data) => void engine.put(path, data),
    delete: (path) => engine.delete(path),
    setToken: (token) => {
      engine.token = token;
    },
    setTrouble: (trouble) => {
      engine.trouble = trouble;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await Promise.all(open);
    },
  };
}

class KvEngine {
  readonly requests: string[] = [];
  token: string;
  trouble: KvTrouble | undefined;
  readonly #mount: string;
  readonly #namespace: string;
  readonly #clock: Clock;
  readonly #secrets = new Map<string, Version[]>();

  constructor({ token, mount = "secret", namespace = "", clock = systemClock }: KvServerOptions) {
    this.token = token;
    this.#mount = mount;
    this.#namespace = namespace;
    this.#clock = clock;
  }

  put(path: string, data: Readonly<Record<string, unknown>>): object {
    const versions = this.#secrets.get(path) ?? [];
    this.#secrets.set(path, versions);
    versions.push({ data, createdAt: this.#now(), deletedAt: "" });
    return metadataOf(versions);
  }

  delete(path: string): void {
    const newest = this.#secrets.get(path)?.at(-1);
    if (newest) newest.deletedAt = this.#now();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "", "http://localhost");
    this.requests.push(`${method} ${url.pathname}`);
    if (this.trouble === "silent") return;
    if (this.trouble === "no-vault") return void response.end("<html>It works!</html>");
    if (this.trouble === "sealed") return send(response, 503, { errors: ["Vault is sealed"] });
    if (this.trouble === "failing") return send(response, 500, { errors: ["internal error"] });
    if (this.trouble === "redirecting") {
      return void response.writeHead(307, { location: `http://127.0.0.1:9${url.pathname}` }).end();
    }
    if (headers["x-vault-token"] !== this.token) return send(response, 403, { errors: ["permission denied"] });
    const path = decodeURIComponent(url.pathname).replace(/^\/v1\//, "");
    const namespace = String(headers["x-vault-namespace"] ?? "").replace(/\/$/, "");
    if (namespace !== this.#namespace || !path.startsWith(`${this.#mount}/`)) {
      return send(response, 404, { errors: [`no handler for route "${path}". route entry not found.`] });
    }
    const [, kind, name = ""] = /^(data|metadata)\/(.*)$/.exec(path.slice(this.#mount.length + 1)) ?? [];
    if (kind === "metadata" && (method === "LIST" || url.searchParams.get("list") === "true")) {
      return this.#list(name, response);
    }
    if (kind !== "data") return send(response, 404, { errors: [] });
    if (method === "GET") return this.#read(name, response);
    if (method === "POST" || method === "PUT") return this.#write(name, parseJson(await readBody(request)), response);
    if (method !== "DELETE") return send(response, 405, { errors: [] });
    this.delete(name);
    response.writeHead(204).end();
  }

  #read(name: string, response: ServerResponse): void {
    const versions = this.#secrets.get(name);
    const newest = versions?.at(-1);
    if (!versions || !newest) return send(response, 404, { errors: [] });
    const data = newest.deletedAt === "" ? newest.data : null;
    send(response, data === null ? 404 : 200, envelope({ data, metadata: metadataOf(versions) }));
  }

  #write(name: string, body: unknown, response: ServerResponse): void {
    const data = typeof body === "object" && body !== null && "data" in body ? body.data : undefined;
    if (typeof data !== "object" || data === null) return send(response, 400, { errors: ["no data provided"] });
    send(response, 200, envelope(this.put(name, { ...data })));
  }

  /** The names right below a folder; a folder among them ends in a slash. */
  #list(folder: string, response: ServerResponse): void {
    const below = folder.replace(/\/?$/, "/");
    const names = [...this.#secrets.keys()]
      .filter((name) => name.startsWith(below))
      .map((name) => name.slice(below.length));
    const keys = new Set(names.map((name) => (name.includes("/") ? `${name.split("/")[0]}/` : name)));
    if (keys.size === 0) return send(response, 404, { errors: [] });
    send(response, 200, envelope({ keys: [...keys].toSorted() }));
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function metadataOf(versions: readonly Version[]): object {
  const newest = versions.at(-1);
  return {
    created_time: newest?.createdAt,
    custom_metadata: null,
    deletion_time: newest?.deletedAt,
    destroyed: false,
    version: versions.length,
  };
}

function envelope(data: object): object {
  return {
    request_id: randomUUID(),
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
