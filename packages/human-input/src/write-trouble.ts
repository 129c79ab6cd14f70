import { BenthamError } from "@bentham/core";
import type { EditorState } from "./editor-state.ts";
import { isSameText } from "./same-text.ts";

// What was typed stands in no message: it may be what nobody is to read.

/** Why an editor cannot come to hold a text, before anything is done; undefined where it may. */
export function refusalOf(name: string, state: EditorState, text: string): BenthamError | undefined {
  const { isOneLine, isDisabled, isReadOnly, longest } = state;
  if (!text.isWellFormed()) {
    const where = `the text for ${name} has half a surrogate pair`;
    return new BenthamError("INVALID_REQUEST", `${where}, which no page keeps: mend the text; nothing was typed`);
  }
  if (isOneLine && /[\r\n]/.test(text)) {
    const why = `${name} is a field of one line, where a line break sends its form, and the text has one`;
    return new BenthamError("INVALID_REQUEST", `${why}: write the text in one line; nothing was typed`);
  }
  if (longest >= 0 && text.replaceAll("\r\n", "\n").length > longest) {
    const why = `${name} takes ${longest} characters (its maxlength), and the text has ${text.length}`;
    return new BenthamError("INVALID_REQUEST", `${why}: shorten the text; nothing was typed`);
  }
  if (isDisabled || isReadOnly) {
    const why = `${name} is ${isDisabled ? "disabled" : "to be read only"}`;
    return new BenthamError("UI_OBSTRUCTED", `${why}: see what the page waits for; nothing was typed`);
  }
  return undefined;
}

/** That what is typed would go elsewhere. */
export function focusLost(name: string): BenthamError {
  const why = `${name} does not have the focus after a click on it`;
  return new BenthamError("UI_OBSTRUCTED", `${why}: see what on the page takes it, or name the editor itself`);
}

/** That the page shows another document than the one in which the typing began, or the editor no more. */
export function wentElsewhere(name: string, cause?: unknown): BenthamError {
  const why = `the page went elsewhere, or took the editor away, while ${name} was being written in`;
  return new BenthamError("UI_OBSTRUCTED", `${why}: see what makes it do so; the rest was not typed`, { cause });
}

/** That an editor does not hold a text, though it was typed twice and inserted once, and what is different. */
export function differs(name: string, state: EditorState | undefined, text: string): BenthamError {
  const how = state ? differenceOf(state, text) : "whoever reads it back finds something else there";
  const advice = "see in the page what it makes of keys, or name another editor";
  return new BenthamError("SURFACE_CHANGED", `the text does not stand in ${name} as it was typed: ${how}; ${advice}`);
}

function differenceOf(state: EditorState, text: string): string {
  const wanted = text.replaceAll(/\r\n?/g, "\n");
  const shown = state.text.replaceAll("\u00a0", " ");
  if (isSameText(shown, wanted)) return "it is shown as it is, but the surface's own look at it finds something else";
  if (state.isDisabled || state.isReadOnly) return "the editor takes no text any more";
  if (!state.hasFocus) return "the focus went elsewhere";
  if (shown.trim() === "") return "nothing stands there: the page takes no keys, or takes the text away";
  if (shown.toLowerCase() === wanted.toLowerCase()) return "letters stand there in another case";
  if (shown.replaceAll(/\s/g, "") === wanted.replaceAll(/\s/g, "")) return "spaces or line breaks are others";
  const [least, most] = [shown.length, wanted.length];
  if (wanted.startsWith(shown)) return `only its first ${least} of ${most} characters stand there`;
  const same = Array.from(wanted).findIndex((character, index) => Array.from(shown)[index] !== character);
  return `${least} characters stand there for its ${most}, and from character ${same + 1} on they are others`;
}
