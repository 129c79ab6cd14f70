import { type Scenario, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { keptExchange } from "../support/evidence.ts";
import { StoreFile } from "../support/store.ts";
import { type ApiAdapter, eachAdapter, questionOf, writeCanaryStudy } from "../support/study.ts";

/** How an answer is cut, and what the try is to say of it. */
const CUTS: readonly { readonly scenario: Scenario; readonly code: string; readonly keeps: boolean }[] = [
  { scenario: { kind: "cut", after: "half" }, code: "TRUNCATED_RESPONSE", keeps: true },
  { scenario: { kind: "cut", after: "half", how: "close" }, code: "TRUNCATED_RESPONSE", keeps: true },
  { scenario: { kind: "short" }, code: "MALFORMED_RESPONSE", keeps: true },
  { scenario: { kind: "cut" }, code: "NETWORK_ERROR", keeps: false },
];

export const fault: Fault = {
  id: "answer-cut",
  title: "answers cut in the middle: by a reset, by a close, by an end too soon, and before their first byte",
  matrix: [21],
  inEveryTest: true,
  expected: "no cut answer counts: each try ends with its code, half of the bytes are kept, the next try is answered",
  run: (scale) => eachAdapter(scale, (adapter) => cutAnswersOf(adapter, scale === "full" ? 24 : 8)),
};

async function cutAnswersOf(adapter: ApiAdapter, planned: number): Promise<string> {
  await using desk = await Desk.open();
  await using server = await startLlmServer({
    keys: [desk.canary],
    scenarios: Array.from({ length: planned / 2 }, (_, index) => ({
      question: questionOf(index + 1),
      nthOfQuestion: 1,
      scenario: cutOf(index).scenario,
    })),
  });
  // One at a time: several that break off in a row would open the breaker.
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: planned,
    adapter,
    concurrency: 1,
    more: "retry: { baseDelay: 20, maxDelay: 40 }",
  });
  const { code, stderr } = await withinBound("the run", 60_000, desk.run(["run"]));
  expectEqual(`exit code (${stderr})`, code, 0);
  await checkAllAnswered(desk, { planned, asks: server.asks.length });

  using store = new StoreFile(desk);
  const attempts = store.attempts();
  const codes = codesByQuery(attempts);
  for (let index = 0; index < planned; index++) {
    const isCut = index < planned / 2;
    expectEqual(
      `tries of q${index + 1}`,
      codes.get(`q${index + 1}`),
      isCut ? [cutOf(index).code, "answered"] : ["answered"],
    );
    if (!isCut) continue;
    const kept = await keptExchange(desk, attempts.find(({ queryId }) => queryId === `q${index + 1}`)?.bagPath);
    const body = kept.body.toString();
    if (cutOf(index).keeps) {
      expectThat(body.startsWith('{"id":"') && !body.endsWith("}"), `kept of q${index + 1}: ${body}`);
    } else expectEqual(`bytes kept of q${index + 1}`, body, "");
  }
  return `${planned / 2} answers cut, each kept as far as it came and asked again once; ${planned} cells answered with ${server.asks.length} asks`;
}

function cutOf(index: number): (typeof CUTS)[number] {
  const cut = CUTS[index % CUTS.length];
  if (!cut) throw new RangeError("there is no cut");
  return cut;
}
