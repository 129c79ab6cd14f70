import { didYouMean } from "@bentham/core";
import { isReserved } from "../yaml/forbidden-keys.ts";
import { ENOUGH_ISSUES, type FileIssue } from "../yaml/invalid-file-error.ts";
import { quoted } from "../yaml/printable.ts";
import type { InspectedYaml } from "../yaml/read-yaml-file.ts";

/**
 * What only the parts of a study together can be wrong about: ids that stand twice, limits of a surface that is not
 * there, gates and retries that contradict each other. Works on what stands in the file, so that its issues are told beside those of its schema.
 */
export function crossIssues({ raw, issue }: Pick<InspectedYaml<unknown>, "raw" | "issue">): FileIssue[] {
  const twice = (list: string, key?: string): FileIssue[] =>
    repeated(textsIn(memberOf(raw, list), key)).map(([index, text]) => {
      const path = key === undefined ? [list, index] : [list, index, key];
      return issue(path, `${quoted(text)} stands here twice`, { hint: "rename or remove one" });
    });
  const surfaces = new Set(textsIn(memberOf(raw, "surfaces"), "id").map(([, id]) => id));
  const limits = memberOf(raw, "limits");
  const strangers = Object.keys(isMapping(limits) ? limits : {})
    .filter((id) => !surfaces.has(id) && !isReserved(id))
    .slice(0, ENOUGH_ISSUES);
  return [
    ...twice("queries", "id"),
    ...twice("surfaces", "id"),
    ...twice("locations"),
    ...strangers.map((id) => {
      const hint = didYouMean(id, surfaces) ?? `its surfaces are ${[...surfaces].slice(0, 20).map(quoted).join(", ")}`;
      return issue(["limits", id], "the study has no such surface", { hint, atKey: true });
    }),
    ...gateIssues({ raw, issue }),
  ];
}

/** Gates that could not do what they say. */
function gateIssues({ raw, issue }: Pick<InspectedYaml<unknown>, "raw" | "issue">): FileIssue[] {
  const gates = memberOf(raw, "gates");
  const issues: FileIssue[] = [];
  const codes = listOf(memberOf(memberOf(raw, "retry"), "retryableErrors"));
  const retries = memberOf(gates, "retry");
  const isRetried = typeof retries === "number" && retries > 0;
  if (codes?.includes(GATE_FAILED) && !isRetried) {
    const path = ["retry", "retryableErrors", codes.indexOf(GATE_FAILED)];
    issues.push(issue(path, "a failed gate is retried only with gates.retry", { hint: "set that, or remove this" }));
  }
  if (isRetried && codes && !codes.includes(GATE_FAILED)) {
    const hint = `add ${GATE_FAILED} there, or remove this`;
    issues.push(issue(["gates", "retry"], "retry.retryableErrors lets no failed gate be retried", { hint }));
  }
  if (memberOf(gates, "evidence") !== undefined && keepsNone(raw)) {
    const message = "the study keeps no evidence of some answers, which would all fail";
    issues.push(issue(["gates", "evidence"], message, { hint: "keep it, or remove this" }));
  }
  return issues;
}

const GATE_FAILED = "GATE_FAILED";

/** Whether a surface of the study keeps no evidence. */
function keepsNone(raw: unknown): boolean {
  const surfaces = memberOf(raw, "surfaces");
  const levels = (Array.isArray(surfaces) ? surfaces : []).map((surface: unknown) => memberOf(surface, "evidence"));
  return levels.some((level) => (level ?? memberOf(raw, "evidence")) === "none");
}

function listOf(list: unknown): readonly unknown[] | undefined {
  return Array.isArray(list) ? list : undefined;
}

/** The texts that stand in a list before. */
function repeated(texts: readonly IndexedText[]): IndexedText[] {
  const seen = new Set<string>();
  const again = texts.filter(([, text]) => {
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated;
  });
  return again.slice(0, ENOUGH_ISSUES);
}

type IndexedText = readonly [index: number, text: string];

/** The member of a mapping whose form is not known yet. */
export function memberOf(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The texts of a list, or of a member of its items, with their index. */
function textsIn(list: unknown, key?: string): IndexedText[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index): IndexedText[] => {
    const text = key === undefined ? item : memberOf(item, key);
    return typeof text === "string" ? [[index, text]] : [];
  });
}
