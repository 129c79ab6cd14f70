import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Recording, SessionLease } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import { expect, test } from "vitest";
import { readMhtml } from "../support/read-mhtml.ts";
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

/** A page with a field of a name and one of a code, which stands in an open shadow root. */
const fields: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end(`<!doctype html><style>@keyframes turn { to { rotate: 1turn } } b { display: block; animation: turn 1s infinite }</style>
    <p id=answer>The ones you like.</p><b>|</b><input id=name><my-code></my-code><script>
      document.querySelector("my-code").attachShadow({ mode: "open" }).innerHTML =
        "<input id=code autocomplete=one-time-code>";
    </script>`);
};

/** The viewport's picture of {@link fields}, once both are filled in. */
async function pictureOf(name: string, code: string): Promise<Buffer> {
  const typed: typeof show = async (url, session, recording) => {
    await show(url, session, recording);
    await playwrightSession(session).page.locator("#name").fill(name);
    await playwrightSession(session).page.locator("#code").fill(code);
  };
  return recordPage({ site: fields }, typed, ({ bag }) => readFile(join(bag, "data/screenshot.png")));
}

test("shows on no picture what was typed as a secret, nor anything that moves", async () => {
  const picture = await pictureOf("Ada", "123456");
  expect(await pictureOf("Ada", "987654")).toEqual(picture);
  expect(await pictureOf("Eve", "123456")).not.toEqual(picture);
});

/** A conversation in a box that scrolls, its answer black all over, so far below the box's top. */
const scrolling = (before: number): RequestListener => {
  return (_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><body style="margin:0"><div style="height:200px;overflow:auto">
      <div style="height:${before}px">before</div>
      <p id=answer style="margin:0;height:50px;width:300px;background:#000"></p></div>`);
  };
};

test.each([
  ["in view", 100],
  ["half out of view", 180],
  ["scrolled out of view", 900],
])("takes a picture of an answer alone that is %s", async (_, before) => {
  await recordPage({ site: scrolling(before) }, show, async ({ bag }) => {
    await using viewer = await openBrowser();
    const shown = playwrightSession(viewer).page;
    const png = await readFile(join(bag, "data/answer.png"), "base64");
    await shown.setContent(`<img src="data:image/png;base64,${png}">`);
    expect(await shown.evaluate(COLOURS)).toEqual({ width: 300, height: 50, colours: ["0,0,0,255"] });
  });
});

/** The size of the first picture of a page, and its colours. */
const COLOURS = `(async () => {
  const [image] = document.images;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 4).join());
  return { width, height, colours: [...colours] };
})()`;

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
