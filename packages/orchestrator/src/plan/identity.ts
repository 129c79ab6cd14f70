import { createHash } from "node:crypto";
import { canonicalJson, type Json, type PlannedQuery, type PlannedSurface, type SurfaceSettings } from "@bentham/core";
import type { Study } from "../study/load-study.ts";

/**
 * The identity of what a study asks: the SHA-256 (hex) of the canonical JSON (RFC 8785) of its queries, its surfaces with
 * their parameters and evidence, its locations, repeats, gates and input. The order in which a file lists them is no part of it.
 *
 * What may change between two starts stays out: budget, deadline, limits, concurrency, retry, `onUncertain`, and what the
 * operator's configuration says. A model that the study leaves to its adapter stays in: another model is another question.
 */
export function planHashOf(study: Study, planned: readonly PlannedSurface[]): string {
  const surfaces = study.surfaces.map(({ id, settings, credential, evidence, human }, index) => {
    const model = settings.model ?? planned[index]?.settings.model;
    return {
      id,
      settings: parametersOf(id, settings, model),
      credential,
      evidence,
      human: human === undefined ? undefined : jsonOf(human),
    };
  });
  const hash = createHash("sha256");
  // The members stand in canonical order. The queries, of which there may be a million, are never one string.
  hash.update(`{"gates":${canonicalJson({ ...study.gates })},"human":${canonicalJson(jsonOf(study.human))}`);
  hash.update(`,"locations":${canonicalJson(study.locations.toSorted())},"queries":[`);
  for (const [index, { id, text }] of study.queries.toSorted(byId).entries()) {
    hash.update(`${index === 0 ? "" : ","}${canonicalJson({ id, text })}`);
  }
  hash.update(`],"repeats":${study.repeats},"surfaces":${canonicalJson(surfaces.toSorted(byId))}}`);
  return hash.digest("hex");
}

/** What the file says, as JSON has it. */
function jsonOf(human: Study["human"]): Json {
  return JSON.parse(JSON.stringify(human));
}

function parametersOf(
  id: string,
  settings: SurfaceSettings,
  model: string | undefined,
): { [key: string]: string | number } {
  // A surface that names its adapter and one whose id does are asked alike.
  const adapter = settings.adapter ?? id;
  return { ...settings, adapter, ...(model === undefined ? {} : { model }) };
}

type Identified = Pick<PlannedQuery, "id">;

function byId(one: Identified, other: Identified): number {
  return one.id < other.id ? -1 : 1;
}
