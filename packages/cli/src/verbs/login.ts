import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BenthamError, didYouMean, type SurfaceSettings } from "@bentham/core";
import { loadStudy } from "@bentham/orchestrator";
import { type Configuration, openHandOver, readWebSurfaces, type Runtime } from "@bentham/runtime";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { openPageRuntime, showUntilEnded, untilStopped } from "./inbox-open.ts";
import { configurationOf } from "./vault.ts";

/** Options of `bentham login`. */
export interface LoginFlags {
  readonly study?: string;
  readonly pool?: string;
  readonly id?: string;
  readonly location: string;
}

/** A surface as a study has it. */
interface StudiedSurface {
  readonly settings: SurfaceSettings;
  readonly pool?: string;
}

/**
 * Lets a person sign in to a surface, or pass its challenge, ahead of a study: the sessions of its jobs start with what the
 * browser has then.
 *
 * @throws BenthamError USAGE when there is no such page, or the account is not told.
 */
export async function login(
  context: CommandContext,
  surfaceId: string,
  options: CommonOptions & LoginFlags,
): Promise<number> {
  const configuration = await configurationOf(context, options);
  const { settings, pool: studied } = await surfaceOf(context, surfaceId, configuration, options);
  const pool = options.pool ?? studied;
  const definitions = await readWebSurfaces(configuration);
  const name = settings.adapter ?? surfaceId;
  const definition = definitions.find((one) => one.name === name);
  if (!definition) {
    const hint =
      didYouMean(
        name,
        definitions.map((one) => one.name),
      ) ?? "webSurfaces in bentham.config.yaml names them";
    throw new BenthamError("USAGE", `there is no page "${name}" to sign in to: ${hint}`);
  }
  return untilStopped(context, async (signal) => {
    await using runtime = await openPageRuntime(context, configuration, options.location, options);
    const account = pool === undefined ? undefined : { pool, id: await accountIn(runtime, pool, options.id) };
    const who = account ? `the account ${account.pool}/${account.id}` : "sessions without an account";
    await using handOver = await openHandOver(
      runtime,
      { surfaceId, locationId: options.location, surface: settings, definition, ...(account ? { account } : {}) },
      {
        texts: {
          title: `${surfaceId}: sign in`,
          facts: [`for ${who}, from ${options.location}`],
          done: "Done: save it",
        },
        async done(save) {
          await save();
          if (account) await runtime.credentialVault.reopen(account.pool, account.id);
          return `Saved for ${who}.`;
        },
        signal,
      },
    );
    return await showUntilEnded(context, handOver, signal);
  });
}

/** What the study says of a surface, where there is one; else what the configuration does. */
async function surfaceOf(
  { currentFolder }: CommandContext,
  surfaceId: string,
  { surfaces = {} }: Configuration,
  { study }: LoginFlags,
): Promise<StudiedSurface> {
  const file = resolve(currentFolder, study ?? "study.yaml");
  const baseURL = surfaces[surfaceId]?.baseURL;
  const place = baseURL === undefined ? {} : { baseURL };
  if (study === undefined && !existsSync(file)) return { settings: place };
  const found = (await loadStudy(file)).surfaces.find(({ id }) => id === surfaceId);
  if (!found) {
    if (study === undefined) return { settings: place };
    throw new BenthamError("USAGE", `${study} has no surface "${surfaceId}"`);
  }
  const { settings, credential } = found;
  return { settings: { ...place, ...settings }, ...(credential === undefined ? {} : { pool: credential }) };
}

/** The account that is meant. @throws BenthamError USAGE when the pool has several, or not that one. */
async function accountIn({ credentialVault }: Runtime, pool: string, id: string | undefined): Promise<string> {
  const standings = await credentialVault.standings(pool);
  const ids = standings.map((one) => one.id);
  const chosen = id === undefined && ids.length === 1 ? standings[0] : standings.find((one) => one.id === id);
  if (!chosen) {
    const what = id === undefined ? "several accounts: say which one with --id" : `no account "${id}"`;
    throw new BenthamError("USAGE", `pool "${pool}" has ${what}; it has ${ids.join(", ")}`);
  }
  if (chosen.standing.kind === "in-use") {
    throw new BenthamError(
      "USAGE",
      `a job has the account ${pool}/${chosen.id} now: pause its run, or wait for its end`,
    );
  }
  return chosen.id;
}
