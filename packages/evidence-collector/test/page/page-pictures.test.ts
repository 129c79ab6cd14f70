import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Recording, SessionLease } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import { expect, test } from "vitest";
import { readMhtml } from "../../src/page/mhtml.ts";
import { filesIn } from "../support/bags.ts";
import { recordPage } from "../support/record-page.ts";
import { answered } from "../support/requests.ts";

/** A page whose answer stands in an open shadow root, within another. */
const shadow: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><my-chat></my-chat><script>
    const chat = document.querySelector("my-chat").attachShadow({ mode: "open" });
    chat.innerHTML = "<h1>Chat</h1><my-turn></my-turn>";
    const turn = chat.querySelector("my-turn").attachShadow({ mode: "open" });
    turn.innerHTML = "<p id=answer>The ones you like.</p>";
  </script>`);
};

async function show(url: string, session: SessionLease, recording: Recording): Promise<void> {
  const { page } = playwrightSession(session);
  await page.goto(url);
  const answer = page.locator("#answer");
  recording.showAnswer?.(answer, answer);
}

test("keeps an answer that stands in open shadow roots, and shows it again", async () => {
  const page = { site: shadow, ending: answered("The ones you like.") };
  await recordPage(page, show, async ({ bag, evidence }) => {
    expect(evidence).toMatchObject({ state: "complete", check: { page: "equal" } });
    const archive = join(bag, "data/page.mhtml");
    expect(readMhtml(await readFile(archive, "latin1"))).toContain("The ones you like.");
    await using viewer = await openBrowser();
    const shown = playwrightSession(viewer).page;
    await shown.goto(pathToFileURL(archive).href);
    await shown.locator("#answer").waitFor();
    expect(await shown.locator("#answer").innerText()).toBe("The ones you like.");
  });
});

const TALL = '<body style="margin:0"><p id=answer>The ones you like.</p><div style="height:3000px">tall</div>';

const tall: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end(TALL);
};

test("takes a picture of the whole page only where it is told to", async () => {
  await recordPage({ site: tall }, show, async ({ bag, evidence }) => {
    expect(await filesIn(bag)).not.toContain("data/full-page.jpg");
    expect(evidence.state).toBe("complete");
  });
  await recordPage({ site: tall, options: { fullPageHeight: 10_000 } }, show, async ({ bag, evidence }) => {
    expect(await heightOfJpeg(join(bag, "data/full-page.jpg"))).toBeGreaterThan(3000);
    expect(evidence.state).toBe("complete");
  });
});

test("ends a picture of a page that is too tall, and says so", async () => {
  await recordPage({ site: tall, options: { fullPageHeight: 1500 } }, show, async ({ bag, evidence }) => {
    expect(await heightOfJpeg(join(bag, "data/full-page.jpg"))).toBe(1500);
    expect(evidence.reasons).toEqual([
      expect.stringMatching(/^data\/full-page.jpg: the page is 3\d+ pixels tall, and the picture ends at 1500$/),
    ]);
  });
});

test("leaves out what there is no room for, and says so", async () => {
  await recordPage({ site: tall, options: { maxBagBytes: 2500 } }, show, async ({ bag, evidence }) => {
    expect(await filesIn(bag)).toContain("data/answer.json");
    expect(await filesIn(bag)).not.toContain("data/screenshot.png");
    expect(evidence.reasons).toContainEqual(expect.stringMatching(/^data\/screenshot.png: it has \d+ bytes, and/));
  });
});

/** From the frame header of a baseline JPEG (ITU-T T.81, B.2.2). */
async function heightOfJpeg(file: string): Promise<number> {
  const bytes = await readFile(file);
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xc0) return bytes.readUInt16BE(at + 5);
  }
  throw new Error("it is no baseline JPEG");
}
