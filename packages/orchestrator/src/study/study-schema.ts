import { EVIDENCE_LEVELS, isErrorCode } from "@bentham/core";
import { z } from "zod";

/** Names that become parts of ids and paths: small letters, digits and hyphens, at most 64. */
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, "use small letters, digits and hyphens, at most 64 of them");

/** Longest text of a question, in UTF-16 code units. */
const LONGEST_QUERY = 100_000;

/** The id of a query: anything that prints, at most 200 characters. */
export const queryIdSchema = z
  .string()
  .min(1, "an id must not be empty")
  .max(200, "an id has at most 200 characters")
  .refine((id) => id.isWellFormed() && !/\p{Cc}/u.test(id), "an id holds no control characters");

/** The text of a question: asked exactly as it stands. */
export const queryTextSchema = z
  .string()
  .refine((text) => text.trim() !== "", "a question must not be empty")
  .max(LONGEST_QUERY, `a question has at most ${LONGEST_QUERY} characters`)
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "a question holds no NUL and no broken characters");

const httpUrl = z.url({ protocol: /^https?$/, error: "expected a URL that starts with http:// or https://" });
const evidence = z.enum(EVIDENCE_LEVELS).meta({ description: "How much evidence is kept of each attempt." });
const retryableCode = z.string().refine(isErrorCode, "no such code; see docs/error-codes.md");

const surface = z.strictObject({
  id: slug,
  adapter: z.string().min(1).optional().meta({ description: "What asks the surface; the surface's id when absent." }),
  baseURL: httpUrl.optional(),
  model: z.string().min(1).optional(),
  maxOutputTokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  system: z.string().min(1).optional().meta({ description: "An instruction ahead of the question." }),
  credential: z.string().min(1).optional().meta({ description: "The pool that the credential comes from." }),
  evidence: evidence.optional(),
});

/** A study as its file has it. The one source of what is accepted, of its types, and of the schema for editors. */
export const studySchema = z.strictObject({
  name: slug.meta({ description: "The study's name; runs are called by it: name-1, name-2." }),
  queries: z.union([
    z.array(z.strictObject({ id: queryIdSchema, text: queryTextSchema })).min(1, "a study has at least one query"),
    z.strictObject({
      file: z.string().min(1).meta({ description: "A CSV file with columns id and text, or JSON lines." }),
    }),
  ]),
  surfaces: z.array(surface).min(1, "a study has at least one surface"),
  locations: z.array(slug).min(1, "a study has at least one location; without a proxy it is `direct`").optional(),
  repeats: z.int().min(1).max(10_000).optional(),
  concurrency: z.int().min(1).max(1000).optional().meta({ description: "Jobs in hand at once, per process." }),
  evidence: evidence.optional(),
  gates: z
    .strictObject({ minLength: z.int().min(0).optional().meta({ description: "Fewest characters of an answer." }) })
    .optional(),
  retry: z
    .strictObject({
      maxRetries: z.int().min(0).max(100).optional(),
      baseDelay: z.int().min(0).optional().meta({ description: "Milliseconds." }),
      maxDelay: z.int().min(0).optional().meta({ description: "Milliseconds." }),
      backoffMultiplier: z.number().min(1).optional(),
      jitterFactor: z.number().min(0).max(1).optional(),
      retryableErrors: z.array(retryableCode).optional(),
    })
    .optional(),
  limits: z
    .record(
      z.string(),
      z.strictObject({ perMinute: z.number().positive().optional(), concurrency: z.int().min(1).optional() }),
    )
    .optional(),
  budget: z.strictObject({ calls: z.int().min(1).optional() }).optional(),
  deadline: z.iso
    .datetime({ offset: true, error: "expected a moment with its zone, such as 2026-12-24T18:00:00Z" })
    .optional(),
  onUncertain: z
    .enum(["repeat", "skip"], { error: 'expected "repeat" or "skip"; "ask" is not supported yet' })
    .optional()
    .meta({ description: "What becomes of a cell that was asked, but whose answer was never stored." }),
});

/** What stands in a study's file. */
export type StudyFile = z.output<typeof studySchema>;

/** Keys of the study file that are planned, and refused until they do something. */
export const notYetSupported: Readonly<Record<string, string>> = {
  human: "not supported yet: surfaces with human-like input come later; remove it",
  "budget.usd": "not supported yet: bound the calls instead, with budget.calls",
};

/** The schema of a study file for editors (JSON Schema 2020-12). */
export function studyJsonSchema(): object {
  return z.toJSONSchema(studySchema, { io: "input" });
}
