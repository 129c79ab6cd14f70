export { type LlmServer, type LlmServerOptions, type RecordedAsk, startLlmServer } from "./llm/llm-server.ts";
export { type SpawnedLlmServer, spawnLlmServer } from "./llm/spawn-llm-server.ts";
export type { AskFacts, Scenario, ScenarioRule } from "./llm/scenario.ts";
export { answerTo } from "./llm/answer-to.ts";
export { type Authority, createAuthority, type ServerCertificate } from "./authority.ts";

export { SimulatedClock } from "./simulated-clock.ts";
export { aJob } from "./a-job.ts";
export { withTemporaryFolder } from "./temporary-folder.ts";
export { findSecret, type SecretPlace, secretFormsIn } from "./find-secret.ts";
