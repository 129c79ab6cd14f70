import type { Exchange, Header, RecordedBody } from "../exchange/exchange.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { Redactor } from "./redactor.ts";

/** `exchange` without secrets. `where` names it in the list of redactions. */
export function redactExchange(exchange: Exchange, redactor: Redactor, where: string): Exchange {
  const { request, response, failure, messages } = exchange;
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
    ...(messages && {
      messages: messages.map((message) => ({ ...message, bytes: redactor.jsonBytes(message.bytes, where) })),
    }),
  };
}

function redactBody(body: RecordedBody, headers: readonly Header[], redactor: Redactor, where: string): RecordedBody {
  if (!body.bytes) return body;
  switch (mediaTypeOf(headers)) {
    case "form":
      return { ...body, bytes: redactor.form(body.bytes, where) };
    case "html":
      return { ...body, bytes: redactor.html(body.bytes, where) };
    case "json":
      return { ...body, bytes: redactor.jsonBytes(body.bytes, where) };
    case "other":
      return { ...body, bytes: redactor.bytes(body.bytes, where) };
  }
}
