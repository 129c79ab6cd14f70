import { type Scenario, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { keptExchange } from "../support/evidence.ts";
import { StoreFile } from "../support/store.ts";
import { type ApiAdapter, eachAdapter, questionOf, writeCanaryStudy } from "../support/study.ts";

/** Bodies with status 200 that are no answers, and what is to be found of them in the evidence, byte for byte. */
const BODIES: readonly { readonly scenario: Scenario; readonly code: string; readonly kept: RegExp }[] = [
  {
    scenario: { kind: "malformed", form: "json" },
    code: "MALFORMED_RESPONSE",
    kept: /^\{"id": "broken", "choices": \[\{"message": $/,
  },
  { scenario: { kind: "malformed", form: "shape" }, code: "MALFORMED_RESPONSE", kept: /^\{"hello": 1\}$/ },
  { scenario: { kind: "malformed", form: "nothing" }, code: "MALFORMED_RESPONSE", kept: /^$/ },
  { scenario: { kind: "malformed", form: "html" }, code: "MALFORMED_RESPONSE", kept: /^<html>[^]*<\/html>\n$/ },
  {
    scenario: { kind: "raw", type: "application/json", body: '{"choices":[{"message":{"content":42}}]}' },
    code: "MALFORMED_RESPONSE",
    kept: /"content":42/,
  },
  {
    scenario: { kind: "raw", type: "application/json", body: "null" },
    code: "MALFORMED_RESPONSE",
    kept: /^null$/,
  },
  { scenario: { kind: "empty" }, code: "EMPTY_RESPONSE", kept: /"content":""|"text":""|"content":\[\]/ },
];

export const fault: Fault = {
  id: "answer-malformed",
  title: "200 with broken JSON, JSON of another shape or type, no byte, a page, and an answer without a word",
  matrix: [32],
  expected: "each is asked once more and fails with its code, never as an empty answer; its bytes are in the evidence",
  run: (scale) => eachAdapter(scale, (adapter) => malformedAnswersOf(adapter, scale === "full" ? 24 : 12)),
};

async function malformedAnswersOf(adapter: ApiAdapter, planned: number): Promise<string> {
  await using desk = await Desk.open();
  await using server = await startLlmServer({
    keys: [desk.canary],
    scenarios: BODIES.map(({ scenario }, index) => ({ question: questionOf(index + 1), scenario })),
  });
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: planned,
    adapter,
    more: "retry: { baseDelay: 20, maxDelay: 40 }",
  });
  const { code, stderr } = await withinBound("the run", 60_000, desk.run(["run"]));
  expectEqual(`exit code (${stderr})`, code, 3);
  const ledger = await checkInvariants(desk, { planned, asks: server.asks.length });
  expectEqual("failed and answered", [ledger.failed, ledger.answered], [BODIES.length, planned - BODIES.length]);

  using store = new StoreFile(desk);
  const attempts = store.attempts();
  const codes = codesByQuery(attempts);
  for (const [index, { code: wanted, kept }] of BODIES.entries()) {
    const queryId = `q${index + 1}`;
    expectEqual(`tries of ${queryId}`, codes.get(queryId), [wanted, wanted]);
    for (const { bagPath } of attempts.filter((attempt) => attempt.queryId === queryId)) {
      const { status, body } = await keptExchange(desk, bagPath);
      expectEqual(`status kept of ${queryId}`, status, 200);
      expectThat(kept.test(body.toString()), `kept of ${queryId}: ${body.toString()}`);
    }
  }
  for (const { queryId, success, response } of await desk.results()) {
    expectEqual(`${queryId}: an answer with words`, success, (response?.text ?? "") !== "");
  }
  return `${BODIES.length} bodies, ${2 * BODIES.length} tries, each with its code and its bytes; ${ledger.answered} cells answered`;
}
