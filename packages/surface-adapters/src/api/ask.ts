import { type Answer, type AskContext, isBenthamError, type Job } from "@bentham/core";
import { type Generated, judgeAnswer } from "./judge-answer.ts";
import type { ApiVendor } from "./api-vendor.ts";
import { endpointOf } from "./endpoint.ts";
import { memberOf } from "./json-parts.ts";
import { questionFetch } from "./question-fetch.ts";
import { askedWith, sharedModel } from "./shared-models.ts";

/**
 * Asks a vendor's API one question, in a conversation of its own, and reads the whole answer.
 *
 * @throws BenthamError STUDY_INVALID, INVALID_URL, INVALID_REQUEST or CREDENTIAL_HOST_MISMATCH before anything is sent;
 *   EMPTY_RESPONSE, TRUNCATED_RESPONSE, MALFORMED_RESPONSE or TOO_MANY_REDIRECTS for what came back; what `beforeAsk` and
 *   the signal reject with; else the error of the AI SDK.
 */
export async function ask(vendor: ApiVendor, job: Job, context: AskContext): Promise<Answer> {
  let sentAt = context.clock.monotonic();
  const onSend = (): void => {
    sentAt = context.clock.monotonic();
  };
  const generated = await generate(vendor, job, context, onSend);
  const responseTimeMs = Math.round(context.clock.monotonic() - sentAt);
  return { ...judgeAnswer(generated, vendor.read(generated.finalStep.response.body)), responseTimeMs };
}

async function generate(vendor: ApiVendor, job: Job, context: AskContext, onSend: () => void): Promise<Generated> {
  const { baseURL, model: modelName } = endpointOf(vendor, job);
  const { system, temperature, maxOutputTokens = vendor.defaultMaxOutputTokens } = job.surface ?? {};
  const credential = context.credential?.valueFor(baseURL);
  const fetch = questionFetch(vendor, job, context, credential, onSend);
  const { generateText, wrapLanguageModel } = await import("ai"); // It takes over a tenth of a second to load.
  const model = await sharedModel(vendor, baseURL, modelName);
  try {
    return await askedWith(fetch, () =>
      generateText({
        // Its warnings would be printed; what they are about is checked before the question goes out.
        model: wrapLanguageModel({
          model,
          middleware: { wrapGenerate: async ({ doGenerate }) => ({ ...(await doGenerate()), warnings: [] }) },
        }),
        prompt: job.query,
        ...(system === undefined ? {} : { instructions: system }),
        ...(temperature === undefined ? {} : { temperature }),
        ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
        maxRetries: 0, // Retries are the executor's.
        abortSignal: context.signal,
        include: { responseBody: true },
      }),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    throw ownErrorIn(error) ?? vendor.failureIn?.(bodyOf(error)) ?? error;
  }
}

/** The error of Bentham's that the AI SDK has wrapped: a refused address, an answer too large, a redirect. */
function ownErrorIn(error: unknown): Error | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isBenthamError(cause)) return cause;
  }
  return undefined;
}

/** The JSON of the answer that the AI SDK could not make sense of; it comes as text, or parsed. */
function bodyOf(error: unknown): unknown {
  const body = memberOf(error, "responseBody");
  if (typeof body !== "string" || memberOf(error, "statusCode") !== 200) return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // It is no JSON, and so tells of no failure; the error itself says what it is.
  }
}
