import { BenthamError } from "@bentham/core";
import { expect, test } from "vitest";
import { tellStuck } from "../src/tell-stuck.ts";

test("what could not be given back is told once of each thing, and nothing that others said", () => {
  const told: string[] = [];
  const listeners = new Set<(payload: never) => void>();
  const executor = {
    on: (_: string, listener: (payload: never) => void) => {
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
  const attempt = { jobId: "j", attempt: 1 };
  {
    using stuck = tellStuck(terminal, executor);
    void stuck;
    for (const error of [
      new BenthamError("DISK_FULL", "sessions/team.anna.age: cannot be written: the disk is full\n"),
      new BenthamError("DISK_FULL", "sessions/team.anna.age: cannot be written: the disk is full\n"),
      new Error("CANARY in the words of a library"),
    ]) {
      for (const listener of listeners) listener({ ...attempt, resource: "session", error } as never);
    }
  }
  expect(listeners.size).toBe(0);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("a session was not given back as it should be: sessions/team.anna.age: cannot be written");
});
