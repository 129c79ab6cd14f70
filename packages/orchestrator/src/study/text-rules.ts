import { z } from "zod";

/** Longest text of a question or an instruction, in UTF-16 code units. */
const LONGEST_TEXT = 100_000;
/** Longest name, in UTF-16 code units. */
const LONGEST_NAME = 200;

/** Controls, line separators, lone surrogates, and the marks that turn the direction of text. */
const UNNAMEABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Names that become parts of run ids and paths: 1 to 64 small letters, digits and hyphens, a hyphen never first. */
export const slugSchema: z.ZodString = z
  .string()
  .max(64, "a name has at most 64 characters")
  .regex(/^[a-z0-9][a-z0-9-]*$/, "use small letters, digits and hyphens, with a letter or digit first");

/** Names in one line that need not be slugs, such as ids of queries: anything that prints, 1 to 200 characters. */
export const nameSchema: z.ZodString = z
  .string()
  .min(1, "this must not be empty")
  .max(LONGEST_NAME, `this has at most ${LONGEST_NAME} characters`)
  .refine((name) => !UNNAMEABLE.test(name), "this must print in one line: remove control and direction characters")
  .refine((name) => name.trim() === name, "this must not start or end with a space");

/** Text that is asked exactly as it stands: not blank, at most 100,000 characters, and sound Unicode. */
export const textSchema: z.ZodString = z
  .string()
  .refine((text) => text.trim() !== "", "this must not be empty")
  .max(LONGEST_TEXT, `this has at most ${LONGEST_TEXT} characters`)
  .refine((text) => !text.includes("\0"), "this holds a NUL character: remove it")
  .refine((text) => text.isWellFormed(), "this holds half of a surrogate pair: remove it");

/** One question, as a study or a file of questions has it. */
export const queryShape = { id: nameSchema, text: textSchema };
