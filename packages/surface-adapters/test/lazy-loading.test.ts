import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = `
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ resolve(specifier, context, next) { loaded.push(specifier); return next(specifier, context); } });
  const { createAdapterRegistry } = await import("@bentham/surface-adapters");
  createAdapterRegistry();
  console.log(JSON.stringify(loaded));
`;

test("the AI SDK, which is slow to load, is not loaded before something is asked", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@bentham/source", "--input-type=module", "--eval", PROGRAM],
    { cwd: import.meta.dirname },
  );
  expect(stdout).toContain("@bentham/core");
  expect(stdout).not.toMatch(/"(ai|@ai-sdk\/[^"]*)"/);
});
