import { type CellKey, DIRECT, jobIdOf, laneOf } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const NAMESPACE = "5d4c0b1e-a9c8-4b0f-8c0f-6f3e2b7a9d41";
const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const cell: CellKey = { runId: "brand-check-1", queryId: "q1", surfaceId: "openai-api", locationId: DIRECT, repeat: 1 };

/** UUID v5 by RFC 9562, section 5.5, written apart from the source and with another SHA-1. */
async function uuidV5(namespace: string, name: string): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(namespace.replaceAll("-", ""), "hex"), Buffer.from(name, "utf8")]);
  const hex = Buffer.from(await crypto.subtle.digest("SHA-1", bytes)).toString("hex");
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) % 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Ids as hostile files write them. */
const oddId = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " ", '"', '","', "[]", "\\", "a\u0000b", "\ud800", "é", "e\u0301", "1", "null", "../..", "a@b"),
);
const oddCell: fc.Arbitrary<CellKey> = fc.record({
  runId: oddId,
  queryId: oddId,
  surfaceId: oddId,
  locationId: oddId,
  repeat: fc.integer({ min: 1, max: 1000 }),
});

describe("jobIdOf", () => {
  test("never changes for a cell that has been stored", () => {
    expect(jobIdOf(cell)).toBe("5954bab3-d2ae-5fc2-a4aa-8d142755c9fd");
  });

  test("is the UUID v5 of the cell's key as a JSON array", async () => {
    expect(await uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
      "2ed6657d-e927-568b-95e1-2665a8aea6a2", // RFC 9562, appendix A.4
    );
    await fc.assert(
      fc.asyncProperty(oddCell, async (key) => {
        const name = JSON.stringify([key.runId, key.queryId, key.surfaceId, key.locationId, key.repeat]);
        expect(jobIdOf(key)).toBe(await uuidV5(NAMESPACE, name));
      }),
    );
  });

  test("has the form of a UUID v5, whatever the ids are", () => {
    fc.assert(
      fc.property(oddCell, (key) => {
        expect(jobIdOf(key)).toMatch(UUID_V5);
      }),
    );
  });

  test("gives the same cell the same id, and different cells different ids", () => {
    fc.assert(
      fc.property(oddCell, oddCell, (one, other) => {
        const isSame = JSON.stringify(Object.entries(one)) === JSON.stringify(Object.entries(other));
        expect(jobIdOf(one) === jobIdOf(other)).toBe(isSame);
      }),
    );
  });

  test("tells cells apart whose ids read alike when they are joined", () => {
    const keys: CellKey[] = [
      { ...cell, runId: "a", queryId: "bc" },
      { ...cell, runId: "ab", queryId: "c" },
      { ...cell, runId: 'a","b', queryId: "c" },
      { ...cell, runId: "a", queryId: 'b","c' },
      { ...cell, queryId: "11", repeat: 1 },
      { ...cell, queryId: "1", repeat: 11 },
      { ...cell, queryId: "\ud800" },
      { ...cell, queryId: "\ud801" },
      { ...cell, queryId: "\ufffd" },
    ];
    expect(new Set(keys.map(jobIdOf)).size).toBe(keys.length);
  });
});

describe("laneOf", () => {
  test("is the surface, or the surface with its pool", () => {
    expect(laneOf("openai-api")).toBe("openai-api");
    expect(laneOf("chatgpt-web", "team-account")).toBe("chatgpt-web@team-account");
  });
});
