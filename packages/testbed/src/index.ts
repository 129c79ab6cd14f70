export { type LlmServer, type LlmServerOptions, startLlmServer } from "./llm/llm-server.ts";
export {
  type AskReport,
  type SpawnedLlmServer,
  type SpawnLlmServerOptions,
  spawnLlmServer,
} from "./llm/spawn-llm-server.ts";
export type { RecordedAsk } from "./llm/ask-log.ts";
export type { AskFacts, ScenarioChoice, ScenarioRule } from "./llm/scenario-rule.ts";
export { REFUSAL, type RetryAfter, type Scenario } from "./llm/scenario.ts";
export type { Finish, WireName } from "./llm/wire.ts";
export { answerTo } from "./llm/answer-to.ts";
export { ODD_FORMS, oddAnswerTo, type OddForm } from "./llm/odd-text.ts";

export { type ChatAsk, type ChatServer, type ChatServerOptions, startChatServer } from "./chat/start-chat-server.ts";
export { CHALLENGE_COLOUR } from "./chat/documents.ts";
export type { ChatChallenge, ChatDocument, ChatRule, ChatScenario, ChatSource } from "./chat/chat-scenario.ts";
export { chatAnswerTo } from "./chat/chat-answer-to.ts";
export { markdownAsShown, normaliseShown } from "./chat/markdown-as-shown.ts";

export { type ProxyOptions, startProxy, type TestProxy } from "./proxy/start-proxy.ts";
export {
  type SocksBehaviour,
  type SocksProxyOptions,
  startSocksProxy,
  type TestSocksProxy,
} from "./proxy/start-socks-proxy.ts";
export type { ProxyBehaviour } from "./proxy/proxy-behaviour.ts";
export type { ProxyConnection } from "./proxy/connection-log.ts";

export {
  type ObjectStore,
  type ObjectStoreOptions,
  type ObjectStoreRequest,
  startObjectStore,
} from "./object-store/start-object-store.ts";
export type { ObjectStoreFault } from "./object-store/object-store-fault.ts";
export type { StoredObject } from "./object-store/stored-objects.ts";
export { type KvServer, type KvServerOptions, type KvTrouble, startKvServer } from "./kv/start-kv-server.ts";

export { type SpawnedTestbed, spawnTestbed } from "./spawn-testbed.ts";
export type { TestbedParts, TestbedUrls } from "./testbed-parts.ts";

export {
  startTimeStampAuthority,
  type TimeStampAuthority,
  type TimeStampAuthorityOptions,
  type TimeStampQuery,
} from "./time-stamps/start-time-stamp-authority.ts";
export type { TimeStampBehaviour } from "./time-stamps/time-stamp-behaviour.ts";

export { type Authority, type CertificateState, createAuthority, type ServerCertificate } from "./authority.ts";

export { SimulatedClock } from "./simulated-clock.ts";
export { aJob } from "./a-job.ts";
export { withTemporaryFolder } from "./temporary-folder.ts";
export { findSecret, type SecretPlace, secretFormsIn } from "./find-secret.ts";
export { childProcessesOf, processesMarked, type RunningProcess } from "./processes.ts";
export { EDITORS, EDITORS_PAGE } from "./editors/editors-page.ts";
export { QUESTIONS_BY_SCRIPT } from "./editors/questions-by-script.ts";
export { openBrowser } from "./open-browser.ts";
export { scriptedPerson, type ScriptedPersonOptions } from "./scripted-person.ts";
export { mostInAMinute } from "./most-in-a-minute.ts";
