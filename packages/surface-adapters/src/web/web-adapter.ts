import { type ExchangeReading, type Json, type SurfaceAdapter, valuesAt } from "@bentham/core";
import { Conversation } from "./conversation.ts";
import type { SurfaceAdapterInfo } from "../surface-adapter-info.ts";
import type { WebDefinition } from "./web-definition.ts";

/**
 * The adapter of a web surface. Every such surface is asked by the same steps; what differs is its definition.
 *
 * Its `ask` throws BenthamError CHALLENGE, LOGIN_REQUIRED or ACCESS_BLOCKED for a wall; SURFACE_CHANGED where what must be
 * there is not; RATE_LIMITED or UPSTREAM_ERROR for what the page says; EMPTY_RESPONSE, TRUNCATED_RESPONSE,
 * MALFORMED_RESPONSE, RESPONSE_TOO_LARGE or ANSWER_TIMEOUT for what came of the answer; TIMEOUT for a page that hangs; what
 * `beforeAsk` and the signal reject with; else Playwright's errors.
 */
export function createWebAdapter(definition: WebDefinition): SurfaceAdapter {
  return {
    name: definition.name,
    version: definition.version,
    needs: { session: true, ...(definition.start === undefined ? {} : { site: definition.start }) },
    reading: readingOf(definition),
    async ask(job, context) {
      using conversation = new Conversation(definition, job, context);
      await conversation.open();
      await conversation.compose();
      await conversation.send();
      return await conversation.read();
    },
  };
}

function readingOf({ askPath, answerAt, secretsAt }: WebDefinition): ExchangeReading {
  const textIn = (value: Json): string | undefined =>
    answerAt
      ?.map((pointer) => valuesAt(value, pointer).filter((piece) => typeof piece === "string"))
      .find((pieces) => pieces.length > 0)
      ?.join("");
  return {
    ...(askPath === undefined ? {} : { path: askPath }),
    ...(answerAt ? { textIn } : {}),
    ...(secretsAt ? { secretsAt } : {}),
  };
}

/** What a plan must know of a web surface. */
export function webSurfaceInfo({ name, version, start }: WebDefinition): SurfaceAdapterInfo {
  return {
    name,
    version,
    asksModel: false,
    ...(start === undefined ? { requiresBaseURL: true } : { defaultBaseURL: start }),
  };
}
