import type { ServerResponse } from "node:http";

/** Answers with JSON, with the headers that vendors send. */
export function sendJson(response: ServerResponse, status: number, body: object, id: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-request-id": `req_${id}`,
    "request-id": `req_${id}`,
  });
  response.end(JSON.stringify(body));
}
