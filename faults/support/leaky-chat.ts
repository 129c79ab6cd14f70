import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { text } from "node:stream/consumers";
import type { ServerCertificate } from "@bentham/testbed";

/** The places in which a page has its secrets. */
type SecretKind =
  | "header"
  | "cookie"
  | "bearer"
  | "typed password"
  | "form body"
  | "JSON reply"
  | "URL key"
  | "local storage"
  | "hidden input";

/** A chat page that has a secret in every place in which pages have them. */
export interface LeakyChat extends AsyncDisposable {
  readonly url: string;
  /** Each has letters, digits and punctuation, and is nobody's but its place's. */
  readonly secrets: Readonly<Record<SecretKind, string>>;
  /** Which of them have come back to it, so that they were in use. */
  readonly used: ReadonlySet<string>;
}

/** What it answers to every question. */
const LEAKY_ANSWER = "The **Alpha** lasts longest: 800 kilometres, as *tests* say.";

/** The same, as it is shown. */
export const LEAKY_ANSWER_SHOWN = "The Alpha lasts longest: 800 kilometres, as tests say.";

/** Its surface. */
export const LEAKY_DEFINITION = `name: leaky-chat
version: "1"
composer: ["#question"]
send: ["#send"]
answer: ["article"]
answerText: ["p"]
busy: ["#busy"]
done: ["button.copy"]
askPath: /api/ask
answerAt: [/delta]
secretsAt: [/account/id]
`;

/**
 * Starts it on 127.0.0.1.
 *
 * @param tls Serves https with this. @default http
 */
export async function startLeakyChat({ tls }: { readonly tls?: ServerCertificate } = {}): Promise<LeakyChat> {
  const secrets: Record<SecretKind, string> = {
    header: canary("header"),
    cookie: canary("cookie"),
    bearer: canary("bearer"),
    "typed password": canary("typed"),
    "form body": canary("form"),
    "JSON reply": canary("json"),
    "URL key": canary("url"),
    "local storage": canary("storage"),
    "hidden input": canary("hidden"),
  };
  const used = new Set<string>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const came = decodeURIComponent(`${request.url} ${JSON.stringify(request.headers)} ${body}`);
    for (const [kind, secret] of Object.entries(secrets)) if (came.includes(secret)) used.add(kind);
    const path = request.url?.split("?")[0];
    if (path === "/") {
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "set-cookie": `session=${secrets.cookie}; HttpOnly; Path=/`,
      });
      return void response.end(documentOf(secrets["hidden input"]));
    }
    if (path === "/api/session") {
      response.writeHead(200, { "content-type": "application/json" });
      return void response.end(
        JSON.stringify({
          access_token: secrets.bearer,
          sessionToken: secrets.header,
          password: secrets["typed password"],
          client_secret: secrets["form body"],
          api_key: secrets["URL key"],
          refresh_token: secrets["local storage"],
          account: { id: secrets["JSON reply"] },
        }),
      );
    }
    if (path === "/api/ask") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const delta of LEAKY_ANSWER.match(/.{1,16}/g) ?? [])
        response.write(`data: ${JSON.stringify({ delta })}\n\n`);
      return void response.end("data: [DONE]\n\n");
    }
    response.writeHead(path?.startsWith("/api/") ? 200 : 404).end();
  };
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
  const server = tls ? createHttpsServer(tls, listen) : createServer(listen);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`,
    secrets,
    used,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function canary(kind: string): string {
  return `CANARY-${kind}-${randomBytes(12).toString("hex")}`;
}

/** The page puts each secret where it belongs, and then where none does: into attributes, in several encodings. */
function documentOf(hidden: string): string {
  return `<!doctype html><title>chat</title>
<form><input type=hidden name=csrf value="${hidden}"><input type=password autocomplete=current-password></form>
<textarea id=question></textarea><button id=send hidden>Send</button><main></main>
<script>
  const find = (selector) => document.querySelector(selector);
  const post = (path, headers, body) => fetch(path, { method: "POST", headers, body });
  const prepare = async () => {
    const session = await (await fetch("/api/session")).json();
    find("[type=password]").value = session.password;
    localStorage.setItem("session", session.refresh_token);
    await post("/api/token", {}, new URLSearchParams({ client_secret: session.client_secret, password: session.password }));
    await post("/api/ping?api_key=" + encodeURIComponent(session.api_key), { "x-session-token": session.sessionToken });
    await post("/api/refresh", { "content-type": "application/json" }, JSON.stringify({ refresh_token: session.refresh_token, csrf: find("[name=csrf]").value, account: session.account.id }));
    for (const [index, value] of [...Object.values(session), session.account.id].entries()) {
      find("main").setAttribute("data-raw-" + index, value);
      find("main").setAttribute("data-base64-" + index, btoa("x".repeat(index % 3) + value));
      find("main").setAttribute("data-json-" + index, JSON.stringify({ value }));
    }
    find("#send").hidden = false;
    find("#send").onclick = async () => {
      const reply = await post("/api/ask", { authorization: "Bearer " + session.access_token }, find("#question").value);
      const text = (await reply.text()).split("\\n\\n").filter((event) => event.startsWith("data: {")).map((event) => JSON.parse(event.slice(6)).delta).join("");
      const article = document.createElement("article");
      article.innerHTML = "<p></p><button class=copy>Copy</button>";
      article.firstChild.textContent = text.replaceAll("*", "");
      find("main").append(article);
    };
  };
  prepare();
</script>`;
}
