import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";

export const fault: Fault = {
  id: "two-runs-at-once",
  title: "the same study is run twice at the same time",
  matrix: [41, 48],
  inEveryTest: true,
  expected: "one set of cells, no cell asked twice, both commands end with exit code 0",
  async run(scale) {
    const planned = scale === "full" ? 200 : 30;
    await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 50 } }] });
    await using desk = await Desk.open();
    await writeCanaryStudy(desk, { url: server.url, questions: planned });
    const ended = await Promise.all([desk.run(["run", "study.yaml"]), desk.run(["run", "study.yaml"])]);
    for (const { code, stderr } of ended) expectEqual(`exit code (${stderr})`, code, 0);
    const asks = await server.asks();
    await checkAllAnswered(desk, { planned, asks: asks.length });
    expectEqual("asks", asks.length, planned);
    expectEqual("questions asked", new Set(asks.map(({ question }) => question)).size, planned);
    return `${planned} cells, ${asks.length} asks, both exited with 0`;
  },
};
