import { createInterface } from "node:readline";
import { scriptedPerson } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { startChat, writePageStudy } from "../support/pages.ts";
import { eachScheme, type Scheme } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { questionOf } from "../support/study.ts";

export const fault: Fault = {
  id: "login-required",
  title: "a page wants its accounts to sign in; of two accounts of a pool, a person has signed one in ahead",
  matrix: [37],
  expected:
    "the cell of the other account waits for a person, and all others are asked with the account that is signed in (exit 10); the person signs it in, and that cell alone is asked again (exit 0); once the site has forgotten both, the next cell waits for the account to be signed in again",
  run: (scale) => eachScheme(scale, (scheme) => signIn(scale, scheme)),
};

async function signIn(scale: Scale, scheme: Scheme): Promise<string> {
  const questions = Array.from({ length: scale === "full" ? 6 : 3 }, (_, index) => questionOf(index + 1));
  await using desk = await Desk.open();
  await using chat = await startChat(desk, [], scheme);
  chat.setDocument("login");
  await writePageStudy(desk, {
    chat,
    questions,
    concurrency: 1,
    credential: "team",
    more: 'login: ["[data-testid=login]"]\n',
  });
  const host = new URL(chat.url).host;
  for (const id of ["anna", "bert"]) {
    const args = ["vault", "set", "team", "--id", id, "--type", "user-password", "--host", host];
    const set = await desk.run(args, { input: `${id}\nCANARY-password\n` });
    expectEqual(`exit code of vault set (${set.stderr})`, set.code, 0);
  }
  await see(desk, ["login", "chat-page", "--id", "anna"], "anna");

  const run = await withinBound("the run", 180_000, desk.run(["run"]));
  expectEqual(`exit code (${run.stderr})`, run.code, 10);
  const before = await desk.ledger();
  expectEqual("answered and parked", [before.answered, before.parked], [questions.length - 1, 1]);
  const item: { readonly [name: string]: unknown } = JSON.parse((await desk.run(["inbox", "--json"])).stdout);
  expectEqual("what waits", [item["account"], item["code"], item["cells"]], ["team/bert", "LOGIN_REQUIRED", 1]);

  await see(desk, ["inbox", "open", String(item["id"])], "bert");
  const again = await withinBound("the same command", 120_000, desk.run(["run"]));
  expectEqual(`exit code of the same command (${again.stderr})`, again.code, 0);
  const asked = chat.asks().map(({ question }) => question);
  expectEqual("questions", asked.toSorted(), questions.toSorted());
  await checkInvariants(desk, { planned: questions.length, asks: asked.length });
  using store = new StoreFile(desk);
  expectEqual("attempts", store.attempts().length, questions.length + 1);

  // The site has forgotten them both.
  chat.setDocument("login-wall");
  await desk.write("questions.jsonl", `${JSON.stringify({ id: "late", text: questionOf(99) })}\n`);
  const late = await withinBound("a run after that", 120_000, desk.run(["run", "--new"]));
  expectEqual(`exit code of a run after that (${late.stderr})`, late.code, 10);
  const expired: { readonly [name: string]: unknown } = JSON.parse((await desk.run(["inbox", "--json"])).stdout);
  expectEqual("what waits then", [expired["code"], expired["cells"]], ["SESSION_EXPIRED", 1]);
  return `1 cell waited for team/bert, ${questions.length - 1} were asked with team/anna; each question was asked once; once both were forgotten, the next cell waited for a session that had run out`;
}

/** Runs a command that shows a page, and signs in there by this name. */
async function see(desk: Desk, args: readonly string[], name: string): Promise<void> {
  const opened = desk.start(args);
  if (!opened.process.stdout) throw new Error("a command has an output");
  const lines = createInterface({ input: opened.process.stdout })[Symbol.asyncIterator]();
  const { value: url } = await withinBound("the link", 60_000, lines.next());
  expectThat(String(url).startsWith("http://127.0.0.1:"), `${args.join(" ")} printed no link: ${url}`);
  await withinBound("the person", 120_000, scriptedPerson(String(url), { types: name }));
  const { code, stderr } = await withinBound(args.join(" "), 30_000, opened.ended);
  expectEqual(`exit code of ${args.join(" ")} (${stderr})`, code, 0);
}
