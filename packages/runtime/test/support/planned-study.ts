import { jobIdOf, type RunPlan } from "@bentham/core";
import type { PlannedStudy } from "@bentham/orchestrator";

/** A planned study of so many questions for the OpenAI-compatible server at `url`. */
export function plannedStudy(url: string, cells: number, retry: { readonly maxRetries?: number } = {}): PlannedStudy {
  const queries = Array.from({ length: cells }, (_, index) => ({ id: `q${index}`, text: `Why ${index}?` }));
  const settings = { adapter: "openai-compatible", baseURL: `${url}/v1`, model: "small" };
  const plan: RunPlan = {
    study: "study",
    queries,
    surfaces: [{ id: "llm", settings, evidence: "metadata" }],
    locations: ["direct"],
    repeats: 1,
    gates: {},
    human: {},
  };
  return {
    plan,
    planHash: "hash",
    settings: { limits: {}, retry, onUncertain: "repeat" },
    count: cells,
    cells: (runId) =>
      queries.map(({ id }) => {
        const key = { queryId: id, surfaceId: "llm", locationId: "direct", repeat: 1 };
        return { jobId: jobIdOf({ runId, ...key }), ...key };
      }),
  };
}
