import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** The key that the surface takes. */
export const SURFACE_KEY = "example-key-0123456789";

/** A surface on this machine: it answers POST requests that carry its key. Its first `failures` answers are 503. */
export interface ExampleSurface extends AsyncDisposable {
  readonly url: string;
  /** Questions it was asked. */
  readonly asks: readonly string[];
}

export async function startSurface(failures = 0): Promise<ExampleSurface> {
  const asks: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const question = Buffer.concat(chunks).toString("utf8");
    asks.push(question);
    if (request.headers.authorization !== `Bearer ${SURFACE_KEY}`) response.statusCode = 401;
    else if (asks.length <= failures) response.statusCode = 503;
    response.end(response.statusCode === 200 ? `You asked: ${question}` : "");
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the surface has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asks,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
