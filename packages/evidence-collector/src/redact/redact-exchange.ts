import type { Exchange, Header, RecordedBody } from "../exchange/exchange.ts";
import type { Redactor } from "./redactor.ts";

/** `exchange` without secrets. `where` names it in the list of redactions. */
export function redactExchange(exchange: Exchange, redactor: Redactor, where: string): Exchange {
  const { request, response, failure } = exchange;
  return {
    ...exchange,
    request: {
      method: redactor.text(request.method, where),
      url: redactor.url(request.url, where),
      headers: redactor.headers(request.headers, where),
      ...(request.body ? { body: redactBody(request.body, request.headers, redactor, where) } : {}),
    },
    ...(response && {
      response: {
        status: response.status,
        statusText: redactor.text(response.statusText, where),
        headers: redactor.headers(response.headers, where),
        body: redactBody(response.body, response.headers, redactor, where),
      },
    }),
    ...(failure === undefined ? {} : { failure: redactor.url(failure, where) }),
  };
}

function redactBody(body: RecordedBody, headers: readonly Header[], redactor: Redactor, where: string): RecordedBody {
  if (!body.bytes) return body;
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1]?.toLowerCase() ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) return { ...body, bytes: redactor.form(body.bytes, where) };
  if (type.startsWith("text/html")) return { ...body, bytes: redactor.html(body.bytes, where) };
  return { ...body, bytes: redactor.bytes(body.bytes, where) };
}
