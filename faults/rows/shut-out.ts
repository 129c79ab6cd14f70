import { type Scenario, startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { keptExchange } from "../support/evidence.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

/** How a surface shuts its asker out, in its vendors' words, and what the tries are to say. */
const CASES: Readonly<Record<string, readonly [scenario: Scenario, code: string]>> = {
  "a challenge page": [{ kind: "challenge" }, "CHALLENGE"],
  "OpenAI's deactivated account": [
    {
      kind: "error",
      status: 401,
      code: "account_deactivated",
      message: "The OpenAI account associated with this API key has been deactivated.",
    },
    "ACCOUNT_BLOCKED",
  ],
  "Anthropic's disabled organization": [
    { kind: "error", status: 400, code: "invalid_request_error", message: "This organization has been disabled." },
    "ACCOUNT_BLOCKED",
  ],
};

/** Jobs in hand at once. */
const IN_FLIGHT = 2;

export const fault: Fault = {
  id: "shut-out",
  title: "in the middle of a run, a surface shows a challenge page, or says that the account is shut out",
  matrix: [37],
  expected: `at most ${IN_FLIGHT - 1} question after it, for ${IN_FLIGHT} jobs at once: its cell waits for a person, with the page as evidence, and all others wait with it (exit 10); a person's reopen and the same command answer exactly them`,
  run: (scale) => eachScheme(scale, (scheme) => shutOut(scale, scheme)),
};

async function shutOut(scale: Scale, scheme: Scheme): Promise<string> {
  const [planned, good] = scale === "full" ? [60, 30] : [8, 4];
  const seen: string[] = [];
  for (const [name, [scenario, code]] of Object.entries(CASES)) {
    await using desk = await Desk.open();
    await using server = await startLlmServer({
      ...(await servedOver(desk, scheme)),
      keys: [desk.canary],
      scenarios: [{ from: good + 1, scenario }],
    });
    await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: IN_FLIGHT });
    const run = await withinBound(`${name}: the run`, 60_000, desk.run(["run"]));
    expectEqual(`${name}: exit code (${run.stderr})`, run.code, 10);
    const says = run.stderr.includes(`parked ${code}`) && run.stderr.includes("bentham inbox");
    expectThat(says, `${name}: it does not say why: ${run.stderr}`);
    const after = server.asks.length - good - 1;
    expectThat(after < IN_FLIGHT, `${name}: ${after} questions after it, with ${IN_FLIGHT} jobs at once`);
    const ledger = await checkInvariants(desk, { planned, asks: server.asks.length });
    expectEqual(`${name}: answered and parked`, [ledger.answered, ledger.parked], [good, planned - good]);
    const listed = await desk.run(["inbox", "--json"]);
    const item: { readonly [name: string]: unknown } = JSON.parse(listed.stdout);
    expectEqual(
      `${name}: what waits`,
      [item["account"], item["code"], item["cells"]],
      ["canary/CANARY", code, planned - good],
    );
    expectThat(typeof item["bagPath"] === "string", `${name}: what waits names no evidence`);
    using store = new StoreFile(desk);
    const attempts = store.attempts();
    for (const [query, codes] of codesByQuery(attempts)) {
      if (codes[0] === "answered") continue;
      expectEqual(`${name}: tries of ${query}`, codes, [code]);
      const bagPath = attempts.find(({ queryId }) => queryId === query)?.bagPath;
      if (bagPath === null || bagPath === undefined) continue; // It was only told of it.
      const { body } = await keptExchange(desk, bagPath);
      expectThat(body.length > 0, `${name}: nothing of the page is in the evidence of ${query}`);
    }

    server.setScenarios([]);
    const reopened = await desk.run(["vault", "reopen", "canary"]);
    expectEqual(`${name}: exit code of vault reopen (${reopened.stderr})`, reopened.code, 0);
    const again = await withinBound(`${name}: the same command`, 60_000, desk.run(["run"]));
    expectEqual(`${name}: exit code of the same command (${again.stderr})`, again.code, 0);
    const { answered } = await checkInvariants(desk, { planned, asks: server.asks.length });
    expectEqual(`${name}: answered in the end`, answered, planned);
    seen.push(`${name}: ${code}, ${after} more questions`);
  }
  return `${seen.join("; ")}; reopen and the same command answered all of them`;
}
