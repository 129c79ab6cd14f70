import { ODD_FORMS, oddAnswerTo, type OddForm, type Scenario, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { keptExchange } from "../support/evidence.ts";
import { StoreFile } from "../support/store.ts";
import { type ApiAdapter, eachAdapter, questionOf, writeCanaryStudy } from "../support/study.ts";

/** The bytes that each form is told by on the wire; none of them may be lost on the way into the evidence. */
const ON_THE_WIRE: Readonly<Record<OddForm, Buffer>> = {
  nul: Buffer.from(String.raw`before\u0000after`),
  "lone-surrogate": Buffer.from(String.raw`high \ud83d and low \udc69 apart`),
  "rtl-override": Buffer.from("invoice\u202Efdp.exe\u202C"),
  "split-emoji": Buffer.from("family: \u{1F469}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}"),
  bom: Buffer.from('\uFEFF{"id":"'),
  "invalid-utf8": Buffer.concat([Buffer.from("a byte that is no UTF-8: "), Buffer.of(0xff)]),
};

/** What a terminal acts on, or shows in another order than it is written; tab and line feed are harmless. */
const UNSAFE = /[^\P{Cc}\t\n]|\p{Bidi_Control}/u;

export const fault: Fault = {
  id: "odd-text",
  title:
    "answers with NUL, lone surrogates, RTL overrides, torn emoji, a byte order mark, no UTF-8, a line of a megabyte",
  matrix: [34],
  inEveryTest: true,
  expected: "each text comes back as it was sent, its bytes are in the evidence, and no list for people prints it raw",
  run: (scale) => eachAdapter(scale, (adapter) => oddTextOf(adapter, scale === "full" ? 3 : 1)),
};

async function oddTextOf(adapter: ApiAdapter, rounds: number): Promise<string> {
  const line = "wide ".repeat(2 ** 20 / 5);
  const texts = Array.from({ length: rounds }, () => [...ODD_FORMS, "line"] as const).flat();
  const planned = texts.length;
  await using desk = await Desk.open();
  await using server = await startLlmServer({
    keys: [desk.canary],
    // A question's number may begin another's, so the whole of it is looked for.
    scenarios: texts.map((form, index) => ({ question: questionOf(index + 1), scenario: scenarioOf(form, line) })),
  });
  await writeCanaryStudy(desk, { url: server.url, questions: planned, adapter });
  const { code, stderr } = await withinBound("the run", 60_000, desk.run(["run"]));
  expectEqual(`exit code (${stderr})`, code, 0);
  await checkInvariants(desk, { planned, asks: server.asks.length });

  // As `bentham export` prints them, and as they stand in the database.
  using store = new StoreFile(desk);
  const bodies = store.bodies();
  expectEqual("result rows", bodies.length, planned);
  for (const result of [...(await desk.results()), ...bodies]) {
    const number = Number(result.queryId.slice(1));
    const form = texts[number - 1] ?? "line";
    const sent = form === "line" ? line : oddAnswerTo(questionOf(number), form);
    expectThat(result.response?.text === sent, `${form}: the text is not what was sent`);
    const kept = await keptExchange(desk, result.evidence?.bagPath);
    const wire = form === "line" ? Buffer.from(line) : ON_THE_WIRE[form];
    expectThat(kept.body.includes(wire), `${form}: its bytes are not in the evidence`);
  }
  const exported = await desk.run(["export"]);
  expectEqual("lines of the export", exported.stdout.trimEnd().split("\n").length, planned);
  for (const verb of ["results", "status"]) {
    const { stdout, stderr: told } = await desk.run([verb]);
    expectThat(!UNSAFE.test(stdout + told), `${verb} prints what a terminal acts on`);
  }
  return `${planned} answers of ${ODD_FORMS.length + 1} forms: text and bytes as sent; results and status print nothing a terminal acts on`;
}

function scenarioOf(form: OddForm | "line", line: string): Scenario {
  return form === "line" ? { kind: "answer", text: line } : { kind: "odd-text", form };
}
