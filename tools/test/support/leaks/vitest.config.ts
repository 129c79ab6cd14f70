import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The cases of fail-on-leaks.test.ts, which must fail where ours must pass. */
export default defineConfig({
  root: join(import.meta.dirname, "..", "..", "..", ".."),
  test: {
    include: ["tools/test/support/leaks/*.case.ts"],
    setupFiles: ["tools/fail-on-leaks.ts"],
    pool: "forks",
  },
});
