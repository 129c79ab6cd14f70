import { startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

const MAX_RETRIES = 12;

export const fault: Fault = {
  id: "surface-overloaded",
  title: "a surface that says 503 to every second question",
  matrix: [31],
  expected: "the run finishes: every cell is answered once, and was asked again only after a 503",
  async run(scale) {
    const planned = scale === "full" ? 60 : 12;
    await using desk = await Desk.open();
    await using server = await startLlmServer({
      keys: [desk.canary],
      scenarios: [{ share: 0.5, scenario: { kind: "error", status: 503 } }],
    });
    await writeCanaryStudy(desk, {
      url: server.url,
      questions: planned,
      more: `retry: { maxRetries: ${MAX_RETRIES}, baseDelay: 20, maxDelay: 100 }`,
    });
    // Five in a row open the breaker, which half of the questions do now and then.
    const { code, stderr } = await withinBound("the run", 300_000, desk.run(["run"]));
    expectEqual(`exit code (${stderr})`, code, 0);
    await checkAllAnswered(desk, { planned, asks: server.asks.length });
    using store = new StoreFile(desk);
    for (const [query, codes] of codesByQuery(store.attempts())) {
      const tries = codes.filter((each) => each !== "NO_RESOURCE"); // Put off while the breaker was open, and not asked.
      const wanted = [...tries.slice(1).map(() => "OVERLOADED"), "answered"];
      expectEqual(`tries of ${query}`, tries, wanted);
    }
    const refused = server.asks.length - planned;
    expectThat(refused >= planned / 4, `only ${refused} questions met a 503`);
    return `${planned} cells answered with ${server.asks.length} asks, of which ${refused} met a 503`;
  },
};
