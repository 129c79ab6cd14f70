import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { Answer, AskContext, Job, SurfaceAdapter, SurfaceAdapterRegistry } from "@bentham/core";
import { BenthamError } from "@bentham/core";

/** One question that arrived at a surface. */
interface Question {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A surface on loopback: a real HTTP server that remembers what it was asked. */
export interface Surface extends AsyncDisposable {
  readonly url: string;
  readonly questions: readonly Question[];
}

/** Answers a question, or leaves it without an answer. */
export type Reply = (response: ServerResponse, question: Question) => void;

/** Opens a surface that answers by `reply`; by default it says the question again. */
export async function openSurface(
  reply: Reply = (response, { text }) => response.end(`You said: ${text}`),
): Promise<Surface> {
  const questions: Question[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const question = { path: request.url ?? "", headers: request.headers, text: Buffer.concat(chunks).toString() };
      questions.push(question);
      reply(response, question);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/ask`,
    questions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** An adapter that asks an HTTP surface as a user would write one. */
export function httpAdapter(url: string, needs: SurfaceAdapter["needs"] = {}): SurfaceAdapter {
  return {
    name: "loopback",
    version: "1",
    needs,
    async ask(job, context) {
      await context.beforeAsk();
      const started = context.clock.monotonic();
      const headers: Record<string, string> = context.credential
        ? { authorization: `Bearer ${context.credential.valueFor(url).reveal()}` }
        : {};
      const response = await context.fetch(url, { method: "POST", headers, body: job.query });
      const text = await response.text();
      if (!response.ok) {
        const responseHeaders = Object.fromEntries(response.headers);
        throw Object.assign(new Error(`${response.status}: ${text}`), {
          statusCode: response.status,
          responseBody: text,
          responseHeaders,
        });
      }
      return { text, responseTimeMs: Math.round(context.clock.monotonic() - started) };
    },
  };
}

/** An adapter that asks by `ask`, after `beforeAsk` has let it. */
export function adapterOf(
  ask: (job: Job, context: AskContext) => Answer | Promise<Answer>,
  needs: SurfaceAdapter["needs"] = {},
): SurfaceAdapter {
  return {
    name: "scripted",
    version: "1",
    needs,
    async ask(job, context) {
      await context.beforeAsk();
      return ask(job, context);
    },
  };
}

/** A registry in which one adapter asks every surface but `nowhere`. */
export function registryOf(adapter: SurfaceAdapter): SurfaceAdapterRegistry {
  return {
    resolve(job) {
      if (job.surfaceId === "nowhere") throw new BenthamError("SURFACE_UNKNOWN", `no adapter asks ${job.surfaceId}`);
      return adapter;
    },
  };
}

/** An answer that took no time. */
export const answerOf = (text: string): Answer => ({ text, responseTimeMs: 0 });
