import { canonicalJson, type Json } from "@bentham/core";

/** What an answer has that reading gives: all but its time. */
export type ReadAnswer = Readonly<Record<string, Json | undefined>>;

/** A member of an answer that is read otherwise today. Of a text, what is around the first place where it differs. */
export interface AnswerChange {
  readonly recorded: Json;
  readonly today: Json;
  /** Of a text: its first character that differs, from 0. */
  readonly at?: number;
}

/** The members that are compared. */
const MEMBERS = ["text", "citations", "flags", "tokenCount", "inputTokens", "model", "finishReason", "error"] as const;

/** How much of a text is shown around a difference, in characters. */
const BEFORE = 20;
const AFTER = 60;

/** What reads otherwise today; empty when nothing does. */
export function answerChanges(recorded: ReadAnswer, today: ReadAnswer): Readonly<Record<string, AnswerChange>> {
  const changes: Record<string, AnswerChange> = {};
  for (const member of MEMBERS) {
    const [was, is] = [recorded[member] ?? null, today[member] ?? null];
    if (canonicalJson(was) === canonicalJson(is)) continue;
    const isText = member === "text" && typeof was === "string" && typeof is === "string";
    changes[member] = isText ? textChange(was, is) : { recorded: was, today: is };
  }
  return changes;
}

function textChange(recorded: string, today: string): AnswerChange {
  let at = 0;
  while (at < recorded.length && recorded[at] === today[at]) at += 1;
  return { at, recorded: excerptAt(recorded, at), today: excerptAt(today, at) };
}

function excerptAt(text: string, at: number): string {
  const from = Math.max(0, at - BEFORE);
  const shown = text.slice(from, at + AFTER);
  return `${from > 0 ? "…" : ""}${shown}${at + AFTER < text.length ? "…" : ""}`;
}
