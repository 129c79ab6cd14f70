import { BenthamError } from "@bentham/core";
import { expect, test } from "vitest";
import { tellStuck } from "../src/tell-stuck.ts";

test("what could not be given back is told once of each thing, and nothing that others said", () => {
  const told: string[] = [];
  const listeners = new Set<(stuck: { readonly resource: string; readonly error: unknown }) => void>();
  const executor = {
    on: (_: string, listener: (stuck: { readonly resource: string; readonly error: unknown }) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const terminal = {
    out: () => {},
    tell: (line: string) => void told.push(line),
    columns: 80,
    bold: (text: string) => text,
    dim: (text: string) => text,
  };
  {
    using stuck = tellStuck(terminal, executor);
    void stuck;
    for (const error of [
      new BenthamError("DISK_FULL", "sessions/team.anna.age: cannot be written: the disk is full\n"),
      new BenthamError("DISK_FULL", "sessions/team.anna.age: cannot be written: the disk is full\n"),
      new Error("CANARY in the words of a library"),
    ]) {
      for (const listener of listeners) listener({ resource: "session", error });
    }
  }
  expect(listeners.size).toBe(0);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("a session was not given back as it should be: sessions/team.anna.age: cannot be written");
});
