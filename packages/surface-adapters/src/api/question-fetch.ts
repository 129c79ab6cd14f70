import { type AskContext, BenthamError, type Fetch, type Job, type Secret, type SurfaceSettings } from "@bentham/core";
import type { ApiVendor } from "./api-vendor.ts";
import { memberOf } from "./json-parts.ts";
import { CREDENTIAL_PLACE } from "./shared-models.ts";

/** The headers that carry a credential. */
const CREDENTIAL_HEADERS = ["authorization", "x-api-key"];

/**
 * The `fetch` that the AI SDK asks with. Each request is a question: it is checked, counted by `beforeAsk`, and sent;
 * `onSend` is called in between. The credential is put where {@link CREDENTIAL_PLACE} stands; without one, no header that
 * would carry it is sent. A redirect is a failure.
 */
export function questionFetch(
  vendor: ApiVendor,
  job: Job,
  context: AskContext,
  credential: Secret | undefined,
  onSend: () => void,
): Fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    for (const name of CREDENTIAL_HEADERS) {
      const value = headers.get(name);
      if (!credential) headers.delete(name);
      else if (value !== null)
        headers.set(
          name,
          value.replace(CREDENTIAL_PLACE, () => credential.reveal()),
        );
    }
    checkRequest(init?.body, job.surface ?? {}, vendor.maxOutputTokensMember);
    await context.beforeAsk();
    onSend();
    const response = await context.fetch(input, { ...init, headers });
    if (response.status < 300 || response.status > 399) return response;
    await response.body?.cancel();
    throw new BenthamError(
      "TOO_MANY_REDIRECTS",
      `surface "${job.surfaceId}" answered ${response.status}, a redirect, and none is followed, since it could carry a ` +
        "credential elsewhere: set its baseURL to the place that answers itself",
    );
  };
}

/**
 * Refuses a request that says something else than the study. The AI SDK leaves out or changes what it believes a model
 * does not take, with a warning at most, and what comes back would be no answer to what the study asks.
 */
function checkRequest(body: RequestInit["body"], settings: SurfaceSettings, maxOutputTokensMember: string): void {
  const request: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
  const said = { temperature: settings.temperature, maxOutputTokens: settings.maxOutputTokens };
  const sent = {
    temperature: memberOf(request, "temperature"),
    maxOutputTokens: memberOf(request, maxOutputTokensMember),
  };
  for (const name of ["temperature", "maxOutputTokens"] as const) {
    if (said[name] === undefined || said[name] === sent[name]) continue;
    throw new BenthamError(
      "INVALID_REQUEST",
      `the model does not take ${name} ${said[name]}: set ${name} to what it takes, or leave it out of the study`,
    );
  }
}
