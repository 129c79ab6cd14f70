import type { Json } from "@bentham/core";
import type { Exchange, RecordedBody } from "../exchange/exchange.ts";

/** The JSON of a response: its body as a whole, the data of each event of a stream, each line, or each message received. */
export function jsonValuesIn({ response, messages = [] }: Exchange): Json[] {
  const received = messages.filter(({ isSent }) => !isSent).flatMap(({ bytes }) => parsed(bytes.toString("utf8")));
  return [...bodyValues(response?.body), ...received];
}

/** The same for any body. */
export function bodyValues(body: RecordedBody | undefined): Json[] {
  const text = body?.bytes?.toString("utf8") ?? "";
  const whole = parsed(text);
  if (whole.length > 0) return whole;
  if (/^(?:data|event|id|retry)?:/m.test(text)) return eventsIn(text).flatMap((data) => parsed(data));
  return text.split("\n").flatMap((line) => parsed(line));
}

/** The data of the events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
function eventsIn(text: string): string[] {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .split("\n\n")
    .map((event) => {
      const lines = event.split("\n").filter((line) => line.startsWith("data:"));
      return lines.map((line) => line.slice("data:".length).replace(/^ /, "")).join("\n");
    });
}

/** The value, in a list; an empty one for what is no JSON. */
function parsed(text: string): Json[] {
  if (!/^\s*[[{"]/.test(text)) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return []; // It only begins like JSON, or was cut.
  }
}
