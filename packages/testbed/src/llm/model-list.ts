import type { IncomingHttpHeaders } from "node:http";

/** The models that a server lists; it answers as any model that it is asked for. */
const MODELS = ["small", "large"];

/** When they came out, in milliseconds since the Unix epoch. */
const RELEASED = Date.UTC(2026, 0, 1);

/** What `GET /v1/models` gives: in Anthropic's form to its clients, which name the API's version, else in OpenAI's. */
export function modelList(headers: IncomingHttpHeaders): object {
  if (headers["anthropic-version"] !== undefined) {
    const data = MODELS.map((id) => ({
      type: "model",
      id,
      display_name: id,
      created_at: new Date(RELEASED).toISOString(),
    }));
    return { data, has_more: false, first_id: MODELS.at(0), last_id: MODELS.at(-1) };
  }
  const data = MODELS.map((id) => ({ id, object: "model", created: RELEASED / 1000, owned_by: "testbed" }));
  return { object: "list", data };
}
