/// <reference lib="dom" />

import { playwrightSession } from "@bentham/core/playwright";
import { CHALLENGE_COLOUR } from "./chat/documents.ts";
import { openBrowser } from "./open-browser.ts";

/** How long the script looks for what it wants to see, in milliseconds. */
const PATIENCE = 60_000;

/** How many looks, a tenth of a second apart, a picture must be the same to be one that has come to rest. */
const STILL = 15;

/** What the script does once it has the page before it. */
export interface ScriptedPersonOptions {
  /** What it says in the end. @default "done" */
  readonly choice?: "done" | "blocked";
  /** What it types and sends with Enter instead of passing a challenge: a name, say. @default it passes the challenge */
  readonly types?: string;
}

/**
 * A person, as a script: in a browser of its own it opens a live view, looks at the picture for the control of the testbed's
 * challenge, clicks on it where it stands there, sees it go, and says that it is done. It knows nothing of the page behind
 * the picture.
 *
 * @returns what the view said in the end.
 */
export async function scriptedPerson(url: string, options: ScriptedPersonOptions = {}): Promise<string> {
  const { choice = "done", types } = options;
  await using session = await openBrowser();
  const { page } = playwrightSession(session);
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  const picture = page.locator("#picture");
  await page.locator("#picture[src]").waitFor();
  const look = (): Promise<Place | null> => picture.evaluate(findColour, CHALLENGE_COLOUR);
  if (types !== undefined) {
    await picture.click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("Tab");
    await page.keyboard.type(types);
    const before = await picture.getAttribute("src");
    await page.keyboard.press("Enter");
    await untilStill(page, () => picture.getAttribute("src"), before);
  } else if (choice === "done") {
    const seen = await until(page, look, (place) => place !== null);
    await picture.click({ position: seen ?? { x: 0, y: 0 } });
    await until(page, look, (place) => place === null);
  }
  await page.locator(`#${choice}`).click();
  await page.locator("[data-over]").waitFor();
  return await page.locator("#status").innerText();
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Looks again and again until what is seen will do. */
async function until<Seen>(
  page: { waitForTimeout(ms: number): Promise<void> },
  look: () => Promise<Seen>,
  isWanted: (seen: Seen) => boolean,
): Promise<Seen> {
  for (let looks = 0; looks < PATIENCE / 100; looks++) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    await page.waitForTimeout(100);
  }
  throw new Error("the person did not see in the view what they were looking for");
}

/** Waits until the picture is another one, and stays so: a cursor that blinks in a field is not still. */
async function untilStill(
  page: { waitForTimeout(ms: number): Promise<void> },
  look: () => Promise<string | null>,
  before: string | null,
): Promise<void> {
  let [last, looks] = [before, 0];
  await until(page, look, (seen) => {
    looks = seen === last ? looks + 1 : 0;
    last = seen;
    return seen !== before && looks >= STILL;
  });
}

/** The middle of what a picture shows in this colour, or nearly; nothing where it shows none. Runs in the view's page. */
function findColour(picture: Element, colour: string): Place | null {
  if (!(picture instanceof HTMLImageElement)) return null;
  const { naturalWidth: width, naturalHeight: height } = picture;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const drawing = canvas.getContext("2d");
  if (!drawing || width === 0) return null;
  drawing.drawImage(picture, 0, 0);
  const { data } = drawing.getImageData(0, 0, width, height);
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < width * height; at++) {
    if (wanted.some((value, channel) => Math.abs((data[at * 4 + channel] ?? 0) - value) > 24)) continue;
    count += 1;
    x += at % width;
    y += Math.floor(at / width);
  }
  const scale = picture.getBoundingClientRect().width / width;
  return count < 500 ? null : { x: (x / count) * scale, y: (y / count) * scale };
}
