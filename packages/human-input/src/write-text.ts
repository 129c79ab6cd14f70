import { BenthamError, type InputTarget, type WriteOptions } from "@bentham/core";
import { type EditorState, editorStateOf } from "./editor-state.ts";
import { nameOf } from "./name-of.ts";
import { isSameText } from "./same-text.ts";
import { VIEW_PATIENCE } from "./target-finder.ts";
import { differs, focusLost, refusalOf, wentElsewhere } from "./write-trouble.ts";

/**
 * Most looks, a wait apart, whether an editor takes text (one that loads, or saves, does not for some seconds), and whether
 * it has the focus once it was clicked: some do a moment later.
 */
const LOOKS_FOR_TEXT = 25;
const LOOKS_FOR_FOCUS = 5;

/** Most clicks for the focus: the corner that an area is pulled larger by, and the arrows of a number, give none. */
const MOST_CLICKS = 2;

/** What writing needs of whoever does it. */
export interface Writing {
  /** Asks the page, with its time limit. */
  readonly reach: <Value>(call: () => Promise<Value>) => Promise<Value>;
  /** Clicks a part of the editor, and waits as people do until they type. */
  readonly click: (part: "whole" | "middle") => Promise<void>;
  /** Waits for a moment. */
  readonly wait: () => Promise<void>;
  /** Each asks now and then whether it may go on, and says whether it could to its end. */
  readonly type: (mayType: () => Promise<boolean>, mistakes: boolean | undefined) => Promise<boolean>;
  readonly clear: (mayType: () => Promise<boolean>) => Promise<boolean>;
  readonly insert: (mayType: () => Promise<boolean>) => Promise<boolean>;
}

/**
 * Types a text into an editor, and reads it back. Where it differs everything is taken back and typed anew; at last it is
 * inserted. Nothing is typed, and nothing taken back, while the focus is elsewhere.
 *
 * @throws BenthamError INVALID_REQUEST for a text that the editor cannot hold; UI_OBSTRUCTED for one that takes none, or
 *   loses the focus or the page; SURFACE_CHANGED where the text does not come to stand there.
 */
export async function writeText(
  target: InputTarget,
  text: string,
  { mistakes, holds }: WriteOptions,
  writing: Writing,
): Promise<"typed" | "mended"> {
  const name = nameOf(target);
  const look = (): Promise<EditorState | undefined> => stateOf(target, writing);
  const untilItTakesText = async (): Promise<EditorState | undefined> => {
    let state = await look();
    for (let looks = 1; looks < LOOKS_FOR_TEXT && (state?.isDisabled || state?.isReadOnly); looks++) {
      await writing.wait();
      state = await look();
    }
    return state;
  };
  const first = await untilItTakesText();
  const refused = first && refusalOf(name, first, text);
  if (refused) throw refused;
  const document = first?.document;

  const mayType = async (): Promise<boolean> => {
    const now = await look().catch((cause: unknown) => {
      throw isGone(cause) ? wentElsewhere(name, cause) : cause;
    });
    if (now?.document !== document) throw wentElsewhere(name);
    return now?.hasFocus ?? true;
  };
  const isThere = async (): Promise<boolean> => {
    if (holds) return await holds();
    const state = await look();
    // What cannot be read is taken at its word.
    if (state === undefined) return true;
    return state.isField ? state.text === text.replaceAll(/\r\n?/g, "\n") : isSameText(state.text, text);
  };
  const takeFocus = async (): Promise<void> => {
    for (let clicks = 0; clicks < MOST_CLICKS; clicks++) {
      await untilItTakesText();
      await writing.click(clicks === 0 ? "whole" : "middle");
      for (let looks = 0; looks < LOOKS_FOR_FOCUS; looks++) {
        if (looks > 0) await writing.wait();
        if (await mayType()) return;
      }
    }
    throw focusLost(name);
  };

  await takeFocus();
  if ((await writing.type(mayType, mistakes)) && (await isThere())) return "typed";
  // An editor may have helped, or lost a key, or something else took the focus.
  for (const again of [() => writing.type(mayType, false), () => writing.insert(mayType)]) {
    await takeFocus();
    if ((await writing.clear(mayType)) && (await again()) && (await isThere())) return "mended";
  }
  throw differs(name, await look(), text);
}

/** Whether an editor could not be looked at since its page, or its frame, is another one by now. */
function isGone(error: unknown): boolean {
  if (error instanceof BenthamError) return error.code === "UI_OBSTRUCTED";
  return error instanceof Error && /context was destroyed|frame was detached/i.test(error.message);
}

async function stateOf(target: InputTarget, { reach }: Writing): Promise<EditorState | undefined> {
  return await reach(async () => target.evaluate?.(editorStateOf, [], { timeout: VIEW_PATIENCE }));
}
