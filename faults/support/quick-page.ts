import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { SurfaceAdapter } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import type { ServerCertificate } from "@bentham/testbed";

const DOCUMENT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Quick page</title><link rel="icon" href="data:,"></head>
<body>
<input>
<button>Ask</button>
<script>
document.querySelector("button").onclick = async () => {
  const asked = await fetch("/ask", { method: "POST", body: document.querySelector("input").value });
  const answer = document.createElement("p");
  answer.textContent = await asked.text();
  document.body.append(answer);
};
</script>
</body>
</html>
`;

/** A page that answers at once, in the fewest steps that a browser can be asked to take. */
export interface QuickPage extends AsyncDisposable {
  readonly url: string;
  /** How many questions reached it. */
  asks(): number;
}

/** Starts one on 127.0.0.1, over https where there is a certificate. */
export async function startQuickPage(tls?: ServerCertificate): Promise<QuickPage> {
  let asks = 0;
  const serve: RequestListener = (request, response) => {
    if (request.method !== "POST") {
      return void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(DOCUMENT);
    }
    asks += 1;
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    request.pipe(response);
  };
  const server = tls ? createHttpsServer(tls, serve) : createHttpServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens on no port");
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}/`,
    asks: () => asks,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Asks such a page. What it answers is the question. */
export const quickPageAdapter: SurfaceAdapter = {
  name: "quick-page",
  version: "1",
  needs: { session: true },
  async ask(job, context) {
    if (!context.session) throw new Error("a page cannot be asked without a session");
    const { page } = playwrightSession(context.session);
    await page.goto(job.surface?.baseURL ?? "");
    await page.fill("input", job.query);
    await context.beforeAsk();
    const sentAt = context.clock.monotonic();
    await page.click("button");
    const text = await page.innerText("p");
    return { text, responseTimeMs: context.clock.monotonic() - sentAt };
  },
};
