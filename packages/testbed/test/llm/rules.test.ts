import { type ScenarioRule, startLlmServer } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { ask } from "../support/asking.ts";

const stop = { scenario: { kind: "error", status: 500 } } as const;

/** Which of the questions meet the rules' scenario; the others are answered. */
async function met(rules: readonly ScenarioRule[], questions: readonly string[]): Promise<boolean[]> {
  await using server = await startLlmServer({ scenarios: rules });
  const statuses = [];
  for (const question of questions) statuses.push((await ask(server.url, question)).status);
  return statuses.map((status) => status !== 200);
}

describe("a rule is for", () => {
  test("the ask with a number, and those from one number to another", async () => {
    expect(await met([{ nth: 2, ...stop }], ["a", "b", "c"])).toEqual([false, true, false]);
    expect(await met([{ from: 2, to: 3, ...stop }], ["a", "b", "c", "d"])).toEqual([false, true, true, false]);
    expect(await met([{ from: 2, ...stop }], ["a", "b", "c"])).toEqual([false, true, true]);
  });

  test("a question, and the nth time it is asked", async () => {
    expect(await met([{ question: "sky", ...stop }], ["the sky", "the sea"])).toEqual([true, false]);
    expect(await met([{ nthOfQuestion: 2, ...stop }], ["a", "b", "a", "a", "b"])).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  test("a model, a wire and a key", async () => {
    await using server = await startLlmServer({
      keys: ["zero", "one"],
      scenarios: [
        { model: "large", scenario: { kind: "error", status: 404 } },
        { wire: "openai-responses", scenario: { kind: "error", status: 500 } },
        { keyIndex: 1, from: 4, scenario: { kind: "error", status: 401 } },
      ],
    });
    const statuses = [
      await ask(server.url, "a", { key: "zero", more: { model: "large" } }),
      await ask(server.url, "b", { key: "zero", wire: "openai-responses" }),
      await ask(server.url, "c", { key: "one" }),
      await ask(server.url, "d", { key: "one" }),
      await ask(server.url, "e", { key: "zero" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 500, 200, 401, 200]);
  });

  test("a share of the asks, the same ones in any order", async () => {
    const questions = Array.from({ length: 200 }, (_, index) => `question ${index}`);
    const hit = await met([{ share: 0.5, ...stop }], questions);
    const chosen = new Set(questions.filter((_, index) => hit[index]));
    expect(chosen.size).toBeGreaterThan(60);
    expect(chosen.size).toBeLessThan(140);
    const reversed = questions.toReversed();
    const hitAgain = await met([{ share: 0.5, ...stop }], reversed);
    expect(new Set(reversed.filter((_, index) => hitAgain[index]))).toEqual(chosen);
    expect(await met([{ share: 0, ...stop }], ["a", "b"])).toEqual([false, false]);
    expect(await met([{ share: 1, ...stop }], ["a", "b"])).toEqual([true, true]);
  });
});

test("the last rule that matches counts", async () => {
  const rules: ScenarioRule[] = [stop, { nth: 2, scenario: { kind: "answer" } }];
  expect(await met(rules, ["a", "b", "c"])).toEqual([true, false, true]);
});

test("a function chooses by all that is known of the ask", async () => {
  const seen: unknown[] = [];
  await using server = await startLlmServer({
    keys: ["zero"],
    scenarios(facts) {
      seen.push(facts);
      return { kind: "error", status: facts.nth === 1 ? 503 : 529 };
    },
  });
  const first = await ask(server.url, "a", { key: "zero" });
  const second = await ask(server.url, "a", { key: "zero", wire: "anthropic-messages" });
  expect([first.status, second.status]).toEqual([503, 529]);
  expect(seen).toEqual([
    { question: "a", model: "small", wire: "openai-chat", nth: 1, nthOfQuestion: 1, keyIndex: 0 },
    { question: "a", model: "small", wire: "anthropic-messages", nth: 2, nthOfQuestion: 2, keyIndex: 0 },
  ]);
});

test.each([
  ["[3]", "rule 1 is no object"],
  ["[{}]", "rule 1 has no scenario"],
  ['[{"scenario":{"kind":"constructor"}}]', 'rule 1: there is no scenario of the kind "constructor"'],
  ['[{"nht":1,"scenario":{"kind":"answer"}}]', 'rule 1 has no member "nht"'],
  ['[{"nth":"1","scenario":{"kind":"answer"}}]', 'rule 1, nth cannot be "1"'],
  ['[{"scenario":{"kind":"answer"}},{"scenario":{"kind":"stall","after":"hlaf"}}]', 'stall, after cannot be "hlaf"'],
  ['[{"scenario":{"kind":"error"}}]', 'rule 1, error wants "status"'],
  ['[{"scenario":{"kind":"answer","delayMs":-1}}]', "rule 1, delayMs cannot be -1"],
  ['[{"scenario":{"kind":"rate-limit","retryAfter":2}}]', "retryAfter cannot be 2"],
  ['[{"scenario":{"kind":"raw","type":"a","body":"b","headers":{"x":1}}}]', 'headers cannot be {"x":1}'],
])("a slip in a rule is an error: %s", async (rules, message) => {
  await expect(startLlmServer({ scenarios: JSON.parse(rules) })).rejects.toThrow(message);
  await using server = await startLlmServer();
  expect(() => server.setScenarios(JSON.parse(rules))).toThrow(TypeError);
});
