import { expect, test } from "vitest";
import { AuditPathMaker, rootOver } from "../src/inclusion/audit-path.ts";
import { MerkleTree } from "../src/merkle-tree.ts";

/** Paths of Certificate Transparency's own tests, over the first so many of eight leaves; the index is from 0. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (hex) => Buffer.from(hex, "hex").toString("latin1"),
);
const PUBLISHED = [
  { index: 0, leaves: 1, path: [] },
  {
    index: 0,
    leaves: 8,
    path: [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  },
  {
    index: 2,
    leaves: 3,
    path: ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  },
];

function made(index: number, leaves: number): ReturnType<AuditPathMaker["end"]> {
  const maker = new AuditPathMaker();
  for (const [at, leaf] of LEAVES.slice(0, leaves).entries()) maker.add(leaf, at === index);
  return maker.end();
}

test.each(PUBLISHED)("the path of leaf $index of $leaves is the published one", (published) => {
  expect(made(published.index, published.leaves)).toEqual({ ...published, root: expect.any(String) });
});

test("every path of every tree up to eight leaves leads to its root, and nothing else does", () => {
  for (let leaves = 1; leaves <= LEAVES.length; leaves++) {
    const tree = new MerkleTree();
    for (const leaf of LEAVES.slice(0, leaves)) tree.add(leaf);
    for (let index = 0; index < leaves; index++) {
      const path = made(index, leaves);
      if (!path) throw new Error(`no path for leaf ${index} of ${leaves}`);
      const leaf = LEAVES[index] ?? "";
      expect([path.root, rootOver(leaf, path)]).toEqual([tree.root(), tree.root()]);
      expect(rootOver(`${leaf}x`, path)).not.toBe(tree.root());
      const elsewhere = Array.from({ length: leaves + 1 }, (_, other) => other).filter((other) => other !== index);
      for (const other of elsewhere) expect(rootOver(leaf, { ...path, index: other })).not.toBe(tree.root());
      for (const beside of path.path.keys()) {
        expect(rootOver(leaf, { ...path, path: path.path.toSpliced(beside, 1) })).not.toBe(tree.root());
        expect(rootOver(leaf, { ...path, path: path.path.with(beside, "0".repeat(64)) })).not.toBe(tree.root());
      }
      expect(rootOver(leaf, { ...path, path: [...path.path, "0".repeat(64)] })).toBeUndefined();
    }
  }
});

test.each([
  { index: -1, leaves: 1 },
  { index: 1, leaves: 1 },
  { index: 0.5, leaves: 2 },
  { index: 0, leaves: Number.NaN },
])("there is no root over %o", (place) => {
  expect(rootOver("", { ...place, path: [] })).toBeUndefined();
});

test("there is no path for a leaf that did not go by", () => {
  expect(made(3, 2)).toBeUndefined();
  expect(new AuditPathMaker().end()).toBeUndefined();
});
