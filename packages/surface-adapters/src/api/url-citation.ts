import type { Citation } from "@bentham/core";
import { memberOf, positionOf, textOf } from "./json-parts.ts";

/**
 * The citation that OpenAI's `url_citation` stands for; none when it has no URL.
 *
 * @param offset Where the text it is about begins in the answer's text.
 */
export function urlCitationOf(source: unknown, offset: number): Citation[] {
  const url = textOf(memberOf(source, "url"));
  if (url === undefined) return [];
  const title = textOf(memberOf(source, "title"));
  const start = positionOf(memberOf(source, "start_index"));
  const end = positionOf(memberOf(source, "end_index"));
  const isPlaced = start !== undefined && end !== undefined && start <= end;
  return [
    {
      url,
      ...(title === undefined ? {} : { title }),
      ...(isPlaced ? { start: offset + start, end: offset + end } : {}),
    },
  ];
}
