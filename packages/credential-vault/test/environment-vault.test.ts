import { inspect } from "node:util";
import { BenthamError, type CredentialLease, type Job } from "@bentham/core";
import { createCredentialVault, type CredentialVaultOptions } from "@bentham/credential-vault";
import { describe, expect, test } from "vitest";

const CANARY = "CANARY-key-5f1c9a";

function jobOf(credentialPool?: string): Job {
  return {
    jobId: "00000000-0000-5000-8000-000000000000",
    studyId: "study",
    queryId: "q1",
    surfaceId: "openai-api",
    locationId: "direct",
    query: "Which?",
    ...(credentialPool === undefined ? {} : { credentialPool }),
  };
}

function leaseFrom(options: CredentialVaultOptions, pool: string): Promise<CredentialLease> {
  return createCredentialVault(options).acquire({ job: jobOf(pool) });
}

describe("a lease", () => {
  test("gives the variable's value to the pool's host, and prints it nowhere", async () => {
    await using lease = await leaseFrom({ environment: { OPENAI_API_KEY: CANARY } }, "openai");
    const value = lease.valueFor("https://api.openai.com/v1/responses");
    expect(value.reveal()).toBe(CANARY);
    expect(lease).toMatchObject({ id: "openai/OPENAI_API_KEY", pool: "openai", secrets: [value] });
    expect(inspect(lease, { depth: 9 }) + JSON.stringify(lease)).not.toContain("CANARY");
  });

  test("is had by any number of jobs at once, and given back twice without harm", async () => {
    const vault = createCredentialVault({ environment: { ANTHROPIC_API_KEY: CANARY } });
    const leases = await Promise.all(Array.from({ length: 3 }, () => vault.acquire({ job: jobOf("anthropic") })));
    await Promise.all(leases.flatMap((lease) => [lease.release(), lease.release()]));
    expect(leases.map((lease) => lease.id)).toEqual(Array(3).fill("anthropic/ANTHROPIC_API_KEY"));
  });

  test("keeps the value that the variable had when the vault was made", async () => {
    const environment = { OPENAI_API_KEY: CANARY };
    const vault = createCredentialVault({ environment });
    environment.OPENAI_API_KEY = "another";
    await using lease = await vault.acquire({ job: jobOf("openai") });
    expect(lease.valueFor("https://api.openai.com/").reveal()).toBe(CANARY);
  });

  test("drops the line break at the value's end, and nothing else", async () => {
    await using lease = await leaseFrom({ environment: { OPENAI_API_KEY: ` ${CANARY} é\r\n` } }, "openai");
    expect(lease.valueFor("https://api.openai.com/").reveal()).toBe(` ${CANARY} é`);
  });

  test("is not given to a job that has been stopped", async () => {
    const reason = new Error("stopped");
    const vault = createCredentialVault({ environment: { OPENAI_API_KEY: CANARY } });
    await expect(vault.acquire({ job: jobOf("openai"), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("a pool", () => {
  test("is made beside the built-in ones, or in place of one", async () => {
    const environment = { OPENAI_API_KEY: "old", TEAM_KEY: CANARY };
    const pools = {
      openai: { variable: "TEAM_KEY", hosts: ["gateway.example"] },
      team: { variable: "TEAM_KEY", hosts: ["127.0.0.1:8080"] },
    };
    await using replaced = await leaseFrom({ pools, environment }, "openai");
    expect(replaced.valueFor("https://gateway.example/v1").reveal()).toBe(CANARY);
    expect(() => replaced.valueFor("https://api.openai.com/v1")).toThrow(BenthamError);
    await using added = await leaseFrom({ pools, environment }, "team");
    expect(added.id).toBe("team/TEAM_KEY");
  });

  test.each([
    ["is not set", {}],
    ["is empty", { OPENAI_API_KEY: "" }],
    ["is blank", { OPENAI_API_KEY: " \t\n" }],
    ["has a line break inside", { OPENAI_API_KEY: `${CANARY}\r\nX-Evil: 1` }],
    ["has a character beyond latin-1", { OPENAI_API_KEY: `${CANARY}…` }],
    ["has a NUL", { OPENAI_API_KEY: `${CANARY}\0` }],
  ])("has no credential when its variable %s, and says which variable to set", async (_, environment) => {
    const error: unknown = await leaseFrom({ environment }, "openai").catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CREDENTIAL_MISSING" });
    expect(String(error)).toContain("OPENAI_API_KEY");
    expect(inspect(error)).not.toContain("CANARY");
  });

  test.each(["nope", "__proto__", "constructor"])("that is not there (%s) is refused", async (name) => {
    await expect(leaseFrom({ environment: {} }, name)).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  });

  test("must be named by the job", async () => {
    const vault = createCredentialVault({ environment: {} });
    await expect(vault.acquire({ job: jobOf() })).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  });

  test.each([
    { variable: "", hosts: ["a.example"] },
    { variable: "A=B", hosts: ["a.example"] },
    { variable: "KEY", hosts: [] },
    { variable: "KEY", hosts: ["*.example.com"] },
    { variable: "KEY", hosts: ["https://a.example"] },
    { variable: "KEY", hosts: ["a.example/v1"] },
    { variable: "KEY", hosts: ["user@a.example"] },
    { variable: "KEY", hosts: ["a.example:"] },
    { variable: "KEY", hosts: ["a.example:99999"] },
    { variable: "KEY", hosts: ["::1"] },
    { variable: "KEY", hosts: [""] },
    { variable: "KEY", hosts: ["a.example "] },
    [],
    [
      { variable: "KEY", hosts: ["a.example"] },
      { variable: "KEY", hosts: ["b.example"] },
    ],
  ])("that is not well formed is refused at once: %j", (pool) => {
    expect(() => createCredentialVault({ pools: { team: pool }, environment: {} })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});
