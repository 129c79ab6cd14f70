import {
  DEFAULT_HUMAN_BEHAVIOR,
  DEFAULT_RETRY_STRATEGY,
  DIRECT,
  ERROR_CODES,
  EVIDENCE_LEVELS,
  isErrorCode,
  traitsOf,
  didYouMean,
} from "@bentham/core";
import { languageIssue, patternIssue } from "@bentham/validator";
import { z } from "zod";
import { nameSchema, queryShape, slugSchema, textSchema } from "./text-rules.ts";

/** Most repeats of a cell. */
const MOST_REPEATS = 10_000;

const evidence = z.enum(EVIDENCE_LEVELS);

const baseURL = z
  .string()
  .max(2000, "a URL has at most 2000 characters")
  .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), {
    error: "expected a URL that starts with http:// or https://",
    abort: true,
  })
  .refine((url) => {
    const { username, password } = new URL(url);
    return username === "" && password === "";
  }, "a URL holds no name and password: name a credential instead")
  .meta({ description: "Where the surface is, for adapters that can ask more than one place." });

const retryableCode = z
  .string()
  .refine(isErrorCode, {
    error: ({ input }) => {
      const hint = didYouMean(String(input), Object.keys(ERROR_CODES));
      return `there is no such error code${hint === undefined ? "" : `; ${hint}`}`;
    },
    abort: true,
  })
  .refine(
    // A failed gate is retried where `gates.retry` says so.
    (code) => isErrorCode(code) && (traitsOf(code).isRetryable || code === "GATE_FAILED"),
    "errors of this code are never retried: remove it",
  );

const milliseconds = z.int().min(0);

const { typing, mouse, timing } = DEFAULT_HUMAN_BEHAVIOR;

const wordsPerMinute = z.number().min(1).max(300);

const share = z.number().min(0).max(1);

/** Two ends of a range of milliseconds, the lower one first. */
const range = z
  .tuple([milliseconds, milliseconds])
  .refine(([min, max]) => min <= max, "expected two numbers, the lower one first");

const speed = z.enum(["human", "brisk", "off"]);

const humanParts = z.strictObject({
  speed: z
    .exactOptional(speed)
    .meta({ description: "As people's, the same in a quarter of the time, or no imitation of people." }),
  layout: z
    .exactOptional(z.enum(["us", "uk", "german", "french", "spanish"]))
    .meta({ description: "The keyboard that is typed on." }),
  readingMode: z
    .exactOptional(z.enum(["skim", "full"]))
    .meta({ description: "Whether answers are read to their end. Default: skim." }),
  focusPatterns: z
    .exactOptional(z.boolean())
    .meta({ description: "Whether now and then another page has the focus. Default: false." }),
  typing: z.exactOptional(
    z
      .strictObject({
        minWPM: z.exactOptional(wordsPerMinute),
        maxWPM: z.exactOptional(wordsPerMinute),
        mistakeRate: z.exactOptional(share).meta({ description: "Share of keys that are mistyped, and corrected." }),
        pauseProbability: z.exactOptional(share).meta({ description: "Share of keys that a pause follows." }),
      })
      .refine(
        ({ minWPM = typing.minWPM, maxWPM = typing.maxWPM }) => minWPM <= maxWPM,
        `minWPM (${typing.minWPM} unless it is set) must not be above maxWPM (${typing.maxWPM} unless it is set)`,
      ),
  ),
  mouse: z.exactOptional(
    z.strictObject({
      movementStyle: z.exactOptional(z.literal(mouse.movementStyle)),
      clickDelay: z.exactOptional(range).meta({ description: "How long the button is held, in milliseconds." }),
    }),
  ),
  timing: z.exactOptional(
    z.strictObject({
      readingDelay: z.exactOptional(range).meta({ description: "Pause to read an answer, in milliseconds." }),
      navigationDelay: z.exactOptional(range).meta({ description: "Pause after a page has come up, in milliseconds." }),
      scrollBehavior: z.exactOptional(z.literal(timing.scrollBehavior)),
    }),
  ),
});

const human = z.union([z.literal(false), speed, humanParts]);

const surface = z.strictObject({
  id: slugSchema.meta({ description: "Names the surface in this study, and its adapter unless that is named too." }),
  adapter: z.exactOptional(nameSchema).meta({ description: "What asks the surface. Default: the surface's id." }),
  baseURL: z.exactOptional(baseURL),
  model: z.exactOptional(nameSchema).meta({ description: "The model that is asked, in the vendor's own name." }),
  maxOutputTokens: z.exactOptional(z.int().min(1)).meta({ description: "Most tokens of an answer." }),
  temperature: z.exactOptional(z.number().min(0).max(2)),
  system: z.exactOptional(textSchema).meta({ description: "An instruction ahead of the question." }),
  credential: z.exactOptional(nameSchema).meta({ description: "The pool that the credential comes from." }),
  evidence: z.exactOptional(evidence).meta({ description: "As `evidence` of the study, for this surface." }),
  human: z
    .exactOptional(human)
    .meta({ description: "As `human` of the study, for this surface; what it leaves out is the study's." }),
});

const retry = z.strictObject({
  maxRetries: z.exactOptional(z.int().min(0).max(100)).meta({
    description: `Tries after the first one. Default: ${DEFAULT_RETRY_STRATEGY.maxRetries}.`,
  }),
  baseDelay: z.exactOptional(milliseconds).meta({
    description: `Wait before the first retry, in milliseconds. Default: ${DEFAULT_RETRY_STRATEGY.baseDelay}.`,
  }),
  maxDelay: z.exactOptional(milliseconds).meta({
    description: `Longest wait, in milliseconds. Default: ${DEFAULT_RETRY_STRATEGY.maxDelay}.`,
  }),
  backoffMultiplier: z.exactOptional(z.number().min(1)).meta({
    description: `What the wait is multiplied by. Default: ${DEFAULT_RETRY_STRATEGY.backoffMultiplier}.`,
  }),
  jitterFactor: z.exactOptional(z.number().min(0).max(1)).meta({
    description: `How far a wait is spread about its value. Default: ${DEFAULT_RETRY_STRATEGY.jitterFactor}.`,
  }),
  retryableErrors: z.exactOptional(z.array(retryableCode)).meta({
    description: "Retries errors of these codes alone. Default: every code that can be retried.",
  }),
});

/** Most patterns of a gate: the worst there can be hold a process up for half a second each, over the longest text. */
const MOST_PATTERNS = 10;

const language = z.string().refine((code) => languageIssue(code) === undefined, {
  error: ({ input }) => languageIssue(String(input)),
});

const pattern = z.string().refine((written) => patternIssue(written) === undefined, {
  error: ({ input }) => patternIssue(String(input)),
});

const patterns = z.array(pattern).min(1, "name a pattern, or remove this").max(MOST_PATTERNS);

const gates = z
  .strictObject({
    minLength: z.exactOptional(z.int().min(0)).meta({ description: "Fewest characters of an answer. Default: 1." }),
    maxLength: z.exactOptional(z.int().min(1)).meta({ description: "Most characters of an answer." }),
    language: z.exactOptional(z.array(language).min(1, "name a language, or remove this")).meta({
      description: "The languages an answer may be in, such as en (ISO 639-1). One that cannot be told passes.",
    }),
    errorPage: z.exactOptional(z.enum(["fail", "pass"])).meta({
      description: "Whether the text of an error page counts as an answer. Default: fail.",
    }),
    mustMatch: z.exactOptional(patterns).meta({
      description: "What must all stand in an answer: a text as it is, or /expression/ with the flags i, m, s.",
    }),
    mustNotMatch: z.exactOptional(patterns).meta({ description: "What must not stand in an answer, written alike." }),
    evidence: z.exactOptional(z.enum(["complete", "partial"])).meta({
      description: "How whole the evidence of an answer must be: complete, or partial for any that could be kept.",
    }),
    retry: z.exactOptional(z.int().min(0).max(100)).meta({
      description: "Most retries of a cell whose answer fails, within retry.maxRetries. Default: 0.",
    }),
  })
  .refine(({ minLength = 0, maxLength = Infinity }) => minLength <= maxLength, "minLength must not be above maxLength");

const limits = z.strictObject({
  perMinute: z.exactOptional(z.number().positive()).meta({ description: "Most questions a minute." }),
  concurrency: z.exactOptional(z.int().min(1)).meta({ description: "Most jobs in hand at once, over all processes." }),
});

/** A study as its file has it: the one source of what is accepted, of its types, and of the schema for editors. */
export const studySchema = z.strictObject({
  name: slugSchema.meta({ description: "The study's name; its runs are called name-1, name-2." }),
  queries: z.union([
    z.array(z.strictObject(queryShape)).min(1, "a study has at least one query"),
    z.strictObject({
      file: z.string().min(1, "name a file").meta({
        description: "A CSV file with the columns id and text, or JSON lines with these members, beside the study.",
      }),
    }),
  ]),
  surfaces: z.array(surface).min(1, "a study has at least one surface"),
  locations: z
    .array(slugSchema)
    .min(1, `a study has at least one location; without a proxy it is "${DIRECT}"`)
    .default([DIRECT])
    .meta({ description: "Where the questions are asked from." }),
  repeats: z.int().min(1).max(MOST_REPEATS).default(1).meta({ description: "How often each question is asked." }),
  concurrency: z.int().min(1).max(1000).default(8).meta({ description: "Most jobs in hand at once, per process." }),
  evidence: evidence.default("full").meta({ description: "How much evidence is kept of each attempt." }),
  gates: gates.default({}).meta({ description: "What an answer must be like to count." }),
  retry: retry.default({}).meta({ description: "When and how often a failed cell is tried again." }),
  limits: z.record(z.string(), limits).default({}).meta({ description: "What a surface may be asked at most, by id." }),
  human: human.default({}).meta({
    description:
      "How input on web pages is timed and shaped: human, brisk, or off (also false) for no imitation of people.",
  }),
  budget: z
    .strictObject({
      calls: z.exactOptional(z.int().min(1)).meta({ description: "Most questions of the run, retries among them." }),
      usd: z.exactOptional(z.number().positive().max(1_000_000)).meta({
        description: "Most that the run may cost, in US dollars, by the prices in bentham.config.yaml.",
      }),
    })
    .default({}),
  deadline: z
    .exactOptional(
      z.iso.datetime({ offset: true, error: "expected a moment with its zone, such as 2026-12-24T18:00:00Z" }),
    )
    .meta({ description: "When the run stops, with its zone." }),
  onUncertain: z
    .enum(["repeat", "skip", "ask"])
    .default("repeat")
    .meta({ description: "What becomes of a cell that was asked, but whose answer was never stored." }),
});

/** What stands in a study's file, with its defaults. */
export type StudyFile = z.output<typeof studySchema>;

/** Keys of the study file that are planned, and refused until they do something; see `ReadYamlOptions.notYet`. */
export const notYetSupported: Readonly<Record<string, string>> = {};

/** The schema of a study's file for editors (JSON Schema 2020-12). */
export function studyJsonSchema(): object {
  return z.toJSONSchema(studySchema, { io: "input" });
}
