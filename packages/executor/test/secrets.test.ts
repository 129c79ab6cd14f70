import { inspect } from "node:util";
import { BenthamError } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { openBook, openLenders } from "./support/lenders.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, httpAdapter, openSurface, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const CREDENTIAL = "sk-canary-credential";
const PASSWORD = "proxy-canary-password";
const job = jobOf({ credentialPool: "team", locationId: "us-nyc" });
const ONCE = { maxRetries: 0 } as const;
const lenders = (): ReturnType<typeof openLenders> => openLenders(openBook(), new TestClock());

describe("a secret", () => {
  test("that a surface says again is not in the answer", async () => {
    await using surface = await openSurface((response, { headers }) =>
      response.end(`You sent ${headers.authorization}, and again ${CREDENTIAL}`),
    );
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), ...lenders() });
    const result = await executor.executeJob(job);
    expect(result.response?.text).toBe("You sent Bearer [secret], and again [secret]");
    expect(surface.questions[0]?.headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
  });

  test("is in no other part of an answer either", async () => {
    const adapter = adapterOf(() => ({
      text: "hi",
      responseTimeMs: 1,
      model: `m?key=${CREDENTIAL}`,
      finishReason: CREDENTIAL,
      citations: [{ url: `https://a.example/?key=${CREDENTIAL}`, title: `T ${PASSWORD}` }],
    }));
    const { collector, attempts } = openRecorder();
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapter),
      ...lenders(),
      evidenceCollector: collector,
    });
    const result = await executor.executeJob(job);
    expect(result.response).toEqual({
      text: "hi",
      responseTimeMs: 1,
      model: "m?key=[secret]",
      finishReason: "[secret]",
      citations: [{ url: "https://a.example/?key=[secret]", title: "T [secret]" }],
    });
    expect(inspect(attempts[0]?.ending, { depth: 9 })).not.toContain("canary");
  });

  test("that stands in an error is not in its message", async () => {
    await using surface = await openSurface((response, { headers }) =>
      response.writeHead(401).end(`bad key ${headers.authorization}`),
    );
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), ...lenders() });
    expect((await executor.executeJob(job, ONCE)).error?.message).toBe("401: bad key Bearer [secret]");
  });

  test.each([CREDENTIAL, PASSWORD])(
    "%s that stands in an error of the next lender is not in its message",
    async (secret) => {
      const executor = createExecutor({
        surfaceAdapters: registryOf(adapterOf(() => ({ text: "hi", responseTimeMs: 1 }), { session: true })),
        ...lenders(),
        sessionPool: {
          acquire: () => Promise.reject(new BenthamError("LOGIN_REQUIRED", `the page does not take ${secret}`)),
        },
      });
      expect((await executor.executeJob(job, ONCE)).error?.message).toBe("the page does not take [secret]");
    },
  );

  test("is not in what the evidence's own failure says", async () => {
    const { collector } = openRecorder({ finish: () => Promise.reject(new Error(`cannot write ${CREDENTIAL}`)) });
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => ({ text: "hi", responseTimeMs: 1 }))),
      ...lenders(),
      evidenceCollector: collector,
    });
    const { evidence } = await executor.executeJob(job);
    expect(evidence?.reasons).toEqual(["cannot write [secret]"]);
  });

  test("is handed to the recording, which keeps it out of the evidence", async () => {
    const { collector, attempts } = openRecorder();
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => ({ text: "hi", responseTimeMs: 1 }))),
      ...lenders(),
      evidenceCollector: collector,
    });
    await executor.executeJob(job);
    expect(attempts[0]?.request.secrets.map((secret) => secret.reveal())).toEqual([CREDENTIAL, PASSWORD]);
  });

  test("is in no event", async () => {
    const told: unknown[] = [];
    await using surface = await openSurface((response) => response.writeHead(401).end(`bad key ${CREDENTIAL}`));
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), ...lenders() });
    for (const name of ["job:start", "resources:acquire", "job:ask", "evidence:seal", "resources:release"] as const) {
      executor.on(name, (payload) => told.push(payload));
    }
    await executor.executeJob(job, ONCE);
    expect(told).toHaveLength(5);
    expect(inspect(told, { depth: 9 })).not.toContain("canary");
  });
});
