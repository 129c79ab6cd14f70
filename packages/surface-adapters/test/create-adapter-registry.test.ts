import type { Job, SurfaceAdapter } from "@bentham/core";
import { builtInAdapters, builtInSurfaces, createAdapterRegistry } from "@bentham/surface-adapters";
import { describe, expect, test } from "vitest";

function jobFor(surfaceId: string, adapter?: string): Job {
  return {
    jobId: "00000000-0000-5000-8000-000000000000",
    studyId: "study",
    queryId: "q1",
    surfaceId,
    locationId: "direct",
    query: "Which?",
    ...(adapter === undefined ? {} : { surface: { adapter } }),
  };
}

function adapterNamed(name: string): SurfaceAdapter {
  return { name, version: "1", ask: () => Promise.reject(new Error("not asked here")) };
}

describe("an adapter is found", () => {
  test("by the name of the surface", () => {
    expect(createAdapterRegistry().resolve(jobFor("openai-api")).name).toBe("openai-api");
  });

  test("by the name that the surface gives, before its own", () => {
    expect(createAdapterRegistry().resolve(jobFor("openai-api", "openai-compatible")).name).toBe("openai-compatible");
  });

  test("among those that are given, and no others", () => {
    const registry = createAdapterRegistry([adapterNamed("mine")]);
    expect(registry.resolve(jobFor("mine")).name).toBe("mine");
    expect(() => registry.resolve(jobFor("openai-api"))).toThrow(expect.objectContaining({ code: "SURFACE_UNKNOWN" }));
  });
});

describe("an adapter that is not there", () => {
  test.each([
    ["opnai-api", "openai-api"],
    ["OpenAI-API", "openai-api"],
    ["antropic-api", "anthropic-api"],
    ["openai-compat", "openai-compatible"],
  ])("is told (%s), with the nearest one and all of them", (name, nearest) => {
    expect(() => createAdapterRegistry().resolve(jobFor("my-surface", name))).toThrow(
      expect.objectContaining({
        code: "SURFACE_UNKNOWN",
        message: expect.stringMatching(
          new RegExp(`"${name}".*"my-surface".*"${nearest}".*openai-api, anthropic-api, openai-compatible`),
        ),
      }),
    );
  });

  test.each(["__proto__", "constructor", ""])("is none of the language's own names (%j)", (name) => {
    expect(() => createAdapterRegistry().resolve(jobFor(name))).toThrow(
      expect.objectContaining({ code: "SURFACE_UNKNOWN" }),
    );
  });

  test("is told also where there is none at all", () => {
    expect(() => createAdapterRegistry([]).resolve(jobFor("mine"))).toThrow(
      expect.objectContaining({ code: "SURFACE_UNKNOWN" }),
    );
  });
});

test("two adapters of one name are refused", () => {
  expect(() => createAdapterRegistry([adapterNamed("mine"), adapterNamed("mine")])).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
});

test("a plan can know of each built-in adapter what it must", () => {
  expect(builtInSurfaces.map(({ name, version }) => ({ name, version }))).toEqual(
    builtInAdapters.map(({ name, version }) => ({ name, version })),
  );
  expect(builtInSurfaces).toMatchObject([
    { name: "openai-api", defaultCredentialPool: "openai", defaultBaseURL: "https://api.openai.com/v1" },
    { name: "anthropic-api", defaultCredentialPool: "anthropic", defaultBaseURL: "https://api.anthropic.com/v1" },
    { name: "openai-compatible", requiresBaseURL: true },
  ]);
  expect(builtInSurfaces[2]).not.toHaveProperty("defaultCredentialPool");
  expect(builtInSurfaces[2]).not.toHaveProperty("defaultModel");
});
