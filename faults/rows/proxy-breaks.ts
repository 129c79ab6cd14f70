import {
  type ChatServer,
  type ProxyBehaviour,
  type SpawnedLlmServer,
  spawnLlmServer,
  startProxy,
} from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { LOG, slowestGivenBack } from "../support/given-back.ts";
import { startChat, writePageStudy } from "../support/pages.ts";
import type { Scheme } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { questionOf, writeStudy } from "../support/study.ts";

/** How one of two proxies breaks, and the codes that its cells may fail by; what may be tried again is, by the other. */
interface Break {
  readonly behaviour: ProxyBehaviour;
  readonly codes: readonly string[];
  /** Longest time of one attempt, in milliseconds. @default 30000 */
  readonly timeout?: number;
  /** Whether it is to be known for slow. @default false */
  readonly isSlow?: boolean;
}

const BREAKS: readonly Break[] = [
  { behaviour: "refuse", codes: [] },
  { behaviour: "407", codes: ["PROXY_AUTH_FAILED"] },
  // Enough for the page to come up over TLS, and not for the end of the answer.
  { behaviour: { dropAfterBytes: 2_500 }, codes: [] },
  // A byte a second: no cell is answered by it, and the other one is preferred as soon as it is known what is usual.
  { behaviour: "slow", codes: [], timeout: 8_000, isSlow: true },
  // Longer than the gateway waits before it takes a proxy for silent.
  { behaviour: "hang-connect", codes: [], timeout: 8_000 },
];

/** Enough for the other proxy to tell what is usual before the last of them. */
const SLOW_QUESTIONS = 8;

const PASSWORD = "CANARY-proxy-password-7d2f";

const environment = { FAR: PASSWORD };

export const fault: Fault = {
  id: "proxy-breaks",
  title:
    "one of a location's proxies refuses connections, refuses its password, dies in mid-answer, is slow, says nothing; its only one lets nobody in",
  matrix: [22, 23, 24, 26],
  inEveryTest: true,
  expected:
    "the other proxy takes over, and one that is slow is passed over; without one the location waits for a person (exit 21), its cells pending; none goes directly, the other location's cells are unharmed, no password anywhere",
  async run(scale) {
    const seen: string[] = [];
    const breaks = scale === "full" ? BREAKS : BREAKS.slice(0, 1);
    for (const each of breaks) seen.push(await breakOneOfTwo(scale, each));
    // Without a tunnel the gateway hears of a proxy's failure in other ways.
    for (const each of breaks.slice(1, 2)) seen.push(await breakOneOfTwo(scale, each, "http"));
    seen.push(await breakTheOnlyOne());
    return seen.join(", ");
  },
};

async function breakOneOfTwo(
  scale: Scale,
  { behaviour, codes, timeout, isSlow = false }: Break,
  scheme: Scheme = "https",
): Promise<string> {
  await using desk = await Desk.open();
  await using broken = await startProxy({ username: "user", password: PASSWORD });
  await using good = await startProxy({ username: "user", password: PASSWORD });
  await using chat = await startChat(desk, [], scheme);
  await using llm = await spawnLlmServer();
  const parts = { chat, llm, proxies: [broken.url, good.url], timeout };
  const questions = await writeBoth(desk, isSlow ? SLOW_QUESTIONS : scale === "full" ? 4 : 1, parts);
  await broken.behave(behaviour);
  const name = JSON.stringify(behaviour);
  const ended = await desk.run(["run", "study.yaml", "--log", LOG], { environment });
  const results = await desk.results();
  expectEqual("results", results.length, questions * 4);
  let failed = 0;
  for (const { locationId, surfaceId, success, error, metadata } of results) {
    const cell = `${surfaceId} from ${locationId}, with a proxy that does ${name}: ${error?.message}`;
    if (!success) {
      failed += 1;
      expectThat(locationId === "far" && codes.includes(error?.code ?? ""), cell);
    }
    if (locationId === "direct") expectEqual(`the proxy of ${cell}`, metadata.proxyUsed, "direct");
    else expectThat(/^far\/[12]$/.test(metadata.proxyUsed ?? ""), `the proxy of ${cell}`);
  }
  expectEqual(`exit code with a proxy that does ${name} (${ended.stderr})`, ended.code, failed === 0 ? 0 : 3);
  expectThat(failed <= 2, `${failed} cells failed by a proxy that two jobs had in hand at most`);
  expectThat(good.connections().length > 0, "the other proxy was not used");
  expectThat(!`${ended.stdout}${ended.stderr}`.includes(PASSWORD), "the proxy's password was printed");
  await checkInvariants(desk, { planned: questions * 4, asks: "unreached" });
  if (isSlow) expectThat(knownForSlow(desk), "the proxy is not known for slow");
  return `${name}: ${failed} failed, given back within ${await slowestGivenBack(desk)} ms`;
}

/** Whether a proxy of the location is suspect because it is slow. */
function knownForSlow(desk: Desk): boolean {
  using store = new StoreFile(desk);
  const sql = "SELECT COUNT(*) FROM shared_state WHERE key = 'proxies/far' AND value LIKE '%is slow: the first byte%'";
  return store.count(sql) === 1;
}

async function breakTheOnlyOne(): Promise<string> {
  await using desk = await Desk.open();
  await using proxy = await startProxy({ username: "user", password: PASSWORD });
  await using llm = await spawnLlmServer();
  const questions = 10;
  await writeStudy(desk, {
    url: llm.url,
    questions,
    concurrency: 2,
    configuration: locationBy([proxy.url]),
    more: "locations: [direct, far]",
  });
  await proxy.behave("407");
  const ended = await desk.run(["run", "study.yaml"], { environment });
  expectEqual(`exit code without a proxy (${ended.stderr})`, ended.code, 21);
  const { answered, failed, pending } = await desk.ledger();
  expectEqual("answered, all of them directly", answered, questions);
  expectThat(failed <= 2 && failed + pending === questions, `${failed} failed and ${pending} pending`);
  expectEqual("asks of the API", (await llm.asks()).length, questions);

  await proxy.behave("ok");
  const again = await desk.run(["run", "study.yaml"], { environment });
  expectEqual(`exit code with a mended proxy (${again.stderr})`, again.code, failed === 0 ? 0 : 3);
  if (failed > 0) expectEqual("exit code of retry", (await desk.run(["retry", "study.yaml"], { environment })).code, 0);
  const ledger = await checkInvariants(desk, { planned: questions * 2, asks: "unreached" });
  expectEqual("answered in the end", ledger.answered, questions * 2);
  return `the only one: ${failed} failed, ${pending} waited, then all answered`;
}

/** A page and an API, each asked directly and by the proxies; tells how many questions there are. */
async function writeBoth(
  desk: Desk,
  count: number,
  parts: {
    readonly chat: ChatServer;
    readonly llm: SpawnedLlmServer;
    readonly proxies: readonly string[];
    readonly timeout: number | undefined;
  },
): Promise<number> {
  const { chat, llm, proxies, timeout } = parts;
  const questions = Array.from({ length: count }, (_, index) => questionOf(index + 1));
  await writePageStudy(desk, {
    chat,
    questions,
    locations: ["direct", "far"],
    surfaces: `  - { id: llm, adapter: openai-compatible, baseURL: "${llm.url}/v1", model: small }`,
    configuration: locationBy(proxies),
    ...(timeout === undefined ? {} : { timeout }),
  });
  return count;
}

/** The location far in a configuration. */
function locationBy(servers: readonly string[]): string {
  const proxies = servers.map((server) => `{ server: "${server}", username: user, passwordVariable: FAR }`);
  return `locations: { far: { proxies: [${proxies.join(", ")}] } }`;
}
