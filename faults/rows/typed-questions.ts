import { systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createHumanInput } from "@bentham/human-input";
import { EDITORS, EDITORS_PAGE, openBrowser, QUESTIONS_BY_SCRIPT } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { expectEqual } from "../support/check.ts";

/** The fastest typist there is, in a quarter of the time: one in twenty characters is mistyped. */
const HASTY = { speed: "brisk", typing: { minWPM: 200, maxWPM: 300, mistakeRate: 0.05 } } as const;

export const fault: Fault = {
  id: "typed-questions",
  title: "questions in ten scripts are typed, with mistakes, into fields and editors of six sorts, in a real browser",
  expected: "each stands in each of them as it is, byte for byte, typed by keys and not mended; no key stays down",
  async run(scale) {
    const all = Object.values(QUESTIONS_BY_SCRIPT).flat();
    const questions = scale === "full" ? all : all.filter((_, index) => index % 25 === 0);
    expectEqual("questions for each editor", questions.length, scale === "full" ? 50 : 2);
    await using session = await openBrowser();
    const { page } = playwrightSession(session);
    let typed = 0;
    for (const [name, sort] of Object.entries(EDITORS)) {
      await page.setContent(EDITORS_PAGE);
      const editor = "frame" in sort ? page.frameLocator(sort.frame).locator(sort.css) : page.locator(sort.css);
      const { signal } = new AbortController();
      const input = createHumanInput({ page, behavior: HASTY, seed: name, clock: systemClock, signal });
      for (const question of questions) {
        expectEqual(`how it came to stand in the ${name}`, await input.write(editor, question), "typed");
        const shown = await editor.evaluate(
          (element: { value?: string; innerText: string }) => element.value ?? element.innerText,
        );
        expectEqual(`the ${name}`, shown, question);
        expectEqual("keys that are down", await page.evaluate(KEYS_DOWN), "");
        await input.clear();
        typed++;
      }
    }
    return `${typed} questions typed by keys, ${questions.length} in each of ${Object.keys(EDITORS).length} sorts of editors, all exact`;
  },
};

/** The keys that the page saw go down and not up. */
const KEYS_DOWN = `[...seen.reduce((down, { type, code }) => {
  if (type === "keydown") down.add(code);
  if (type === "keyup") down.delete(code);
  return down;
}, new Set())].join(" ")`;
