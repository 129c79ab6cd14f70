import { readdir, readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import type { Recording, SessionLease } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { secretFormsIn } from "@bentham/testbed";
import { expect, test } from "vitest";
import { readMhtml } from "../support/read-mhtml.ts";
import { filesIn, readJson, verifyWithSha256sum } from "../support/bags.ts";
import { harFaults } from "../support/har.ts";
import { type RecordedPage, recordPage } from "../support/record-page.ts";
import { answered } from "../support/requests.ts";

const COOKIE = "c00kie8f14e45fceea167a5a36dedd4bea2543";
const HIDDEN = "h1dden45c48cce2e2d7fbdea1afc51c7c6ad26";
const PASSWORD = "p4ssw0rd-of-the-account";
const ANSWER = "An answer with ünïcödé, 日本語 and 😀, longer than one line of an archive may be. ".repeat(5).trim();

/** A chat of one answer, which comes as a stream after the page has sent what it was given. */
const chat: RequestListener = (request, response) => {
  if (request.url === "/api") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ delta: ANSWER.slice(0, 40) })}\n\n`);
    response.end(`data: ${JSON.stringify({ delta: ANSWER.slice(40) })}\n\n`);
    return;
  }
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "set-cookie": `session=${COOKIE}; HttpOnly; Path=/`,
  });
  response.end(`<!doctype html><title>chat</title>
    <form><input type="hidden" name="csrf" value="${HIDDEN}"><input type=password value='${PASSWORD}'></form>
    <p>Signed in with ${PASSWORD}</p><article></article>
    <script>
      const article = document.querySelector("article");
      const csrf = document.querySelector("input[type=hidden]").value;
      fetch("/api", { method: "POST", headers: { "x-csrf-token": csrf }, body: JSON.stringify({ csrf, question: "Why?" }) })
        .then((reply) => reply.text())
        .then((text) => {
          for (const line of text.split("\\n")) if (line) article.textContent += JSON.parse(line.slice(6)).delta;
          document.title = "done";
        });
    </script>`);
};

const hang: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<p>hello</p><script>setTimeout(() => { console.log('from now on'); while (true); }, 0)</script>");
};

/** The recording of a page on which that password stands. */
function recordChat(
  site: RequestListener,
  act: (url: string, session: SessionLease, recording: Recording) => Promise<void>,
  look: (recorded: RecordedPage) => Promise<void>,
): Promise<void> {
  return recordPage({ site, secrets: [PASSWORD], ending: answered(ANSWER) }, act, look);
}

async function askChat(url: string, session: SessionLease, recording: Recording): Promise<void> {
  const { page } = playwrightSession(session);
  await page.goto(url);
  await page.waitForFunction("document.title === 'done'");
  recording.showAnswer?.(page.locator("article"), page.locator("article"));
  recording.note?.("composer", "textarea");
}

async function openHung(url: string, session: SessionLease): Promise<void> {
  const { page } = playwrightSession(session);
  const hung = page.waitForEvent("console");
  await page.goto(url, { waitUntil: "commit" });
  await hung;
}

async function crashPage(url: string, session: SessionLease, recording: Recording): Promise<void> {
  const { page } = playwrightSession(session);
  await askChat(url, session, recording);
  const crashed = page.waitForEvent("crash");
  await Promise.allSettled([page.goto("chrome://crash"), crashed]);
}

async function endBrowser(_: string, session: SessionLease): Promise<void> {
  await session.release();
}

test("keeps the requests, the page and two pictures, and what it knows of the browser", async () => {
  await recordChat(chat, askChat, async ({ bag, evidence, folder }) => {
    expect(evidence).toMatchObject({ state: "complete" });
    expect(await filesIn(bag)).toEqual([
      "bag-info.txt",
      "bagit.txt",
      "data/answer.json",
      "data/answer.png",
      "data/evidence.json",
      "data/network.har",
      "data/page.mhtml",
      "data/screenshot.png",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
    ]);
    expect(evidence.check).toEqual({ network: "equal", page: "equal" });
    expect(evidence.screenshotPath).toBe(`${evidence.bagPath}/data/screenshot.png`);
    expect(evidence.htmlArchivePath).toBe(`${evidence.bagPath}/data/page.mhtml`);
    await verifyWithSha256sum(bag);
    const har = await readJson(bag, "data/network.har");
    expect(harFaults(har)).toEqual([]);
    expect(JSON.stringify(har)).toContain(ANSWER.slice(40));
    const archive = readMhtml(await readFile(join(bag, "data/page.mhtml"), "latin1"));
    expect(archive).toContain(Buffer.from(ANSWER).toString("latin1"));
    for (const picture of ["screenshot", "answer"]) {
      const png = await readFile(join(bag, `data/${picture}.png`));
      expect(png.subarray(1, 4).toString()).toBe("PNG");
    }
    expect(await readJson(bag, "data/evidence.json")).toMatchObject({
      session: { browser: "chromium" },
      notes: { composer: "textarea" },
      page: { url: expect.stringMatching(/^http:/), language: "en-US", timeZone: expect.any(String) },
      check: {
        network: { state: "equal", source: "exchange 2" },
        page: { state: "equal", source: "the answer's element", isExact: true },
      },
    });
    expect(await readdir(join(folder, ".staging"))).toEqual([]);
  });
});

test("keeps no cookie, hidden field or password, wherever they stand", async () => {
  await recordChat(chat, askChat, async ({ bag }) => {
    for (const file of await filesIn(bag)) {
      const bytes = await readFile(join(bag, file));
      const text = bytes.toString("latin1");
      const readable = file.endsWith(".mhtml") ? readMhtml(text) : text;
      for (const secret of [COOKIE, HIDDEN, PASSWORD])
        expect([file, secretFormsIn(readable, secret)]).toEqual([file, []]);
    }
    const har = JSON.stringify(await readJson(bag, "data/network.har"));
    expect(har).toMatch(/type=\\"hidden\\" name=\\"csrf\\" value=\\"\[REDACTED:[0-9a-f]{8}\]\\"/);
  });
});

test("says what is missing of a page that hangs, within seconds", async () => {
  await recordChat(hang, openHung, async ({ bag, evidence }) => {
    expect(evidence.state).toBe("partial");
    expect(evidence.reasons).toContain("data/screenshot.png: the page did not respond");
    expect(evidence.reasons).toContain("data/page.mhtml: the page did not respond");
    await verifyWithSha256sum(bag);
  });
});

test("keeps the requests of a page that has crashed, and says what is missing", async () => {
  await recordChat(chat, crashPage, async ({ bag, evidence }) => {
    expect(evidence.state).toBe("partial");
    expect(evidence.reasons).toEqual([
      "data/screenshot.png: the page did not respond",
      "data/page.mhtml: the page did not respond",
    ]);
    expect(JSON.stringify(await readJson(bag, "data/network.har"))).toContain(ANSWER.slice(40));
    expect(evidence.check).toEqual({ network: "equal", page: "not-available" });
    await verifyWithSha256sum(bag);
  });
});

test("keeps what there is when the browser has ended", async () => {
  await recordChat(chat, endBrowser, async ({ bag, evidence }) => {
    expect(evidence.state).toBe("partial");
    expect(evidence.reasons).toHaveLength(3);
    await verifyWithSha256sum(bag);
  });
});
