import { readdir } from "node:fs/promises";
import { type ProxyBehaviour, spawnLlmServer, startProxy } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { LOG, slowestGivenBack } from "../support/given-back.ts";
import { checkNothingLeft, startChat, writePageStudy } from "../support/pages.ts";
import { questionOf } from "../support/study.ts";

/** How a proxy breaks, and the code that every cell behind it must have. */
const BREAKS: readonly { readonly behaviour: ProxyBehaviour; readonly code: string }[] = [
  { behaviour: "refuse", code: "PROXY_FAILED" },
  { behaviour: "407", code: "PROXY_AUTH_FAILED" },
  // Enough for the page to come up over TLS, and not for the end of the answer.
  { behaviour: { dropAfterBytes: 2_500 }, code: "PROXY_FAILED" },
];

const PASSWORD = "CANARY-proxy-password-7d2f";

export const fault: Fault = {
  id: "proxy-breaks",
  title:
    "a location's proxy refuses connections, refuses its password, and dies in mid-answer, for a page and for an API",
  matrix: [22, 23, 24, 26],
  inEveryTest: true,
  expected:
    "its cells fail as PROXY_*, none goes directly instead, the other location's cells are unharmed, no password anywhere",
  async run(scale) {
    const questions = Array.from({ length: scale === "full" ? 4 : 1 }, (_, index) => questionOf(index + 1));
    const seen: string[] = [];
    for (const { behaviour, code } of BREAKS) {
      await using desk = await Desk.open();
      await using proxy = await startProxy({ username: "user", password: PASSWORD });
      await using chat = await startChat(desk);
      await using llm = await spawnLlmServer();
      await writePageStudy(desk, {
        chat,
        questions,
        locations: ["direct", "far"],
        maxRetries: 0,
        surfaces: `  - { id: llm, adapter: openai-compatible, baseURL: "${llm.url}/v1", model: small }`,
        configuration: `locations: { far: { proxies: [{ server: "${proxy.url}", username: user, passwordVariable: FAR }] } }`,
      });
      await proxy.behave(behaviour);
      const {
        code: exitCode,
        stdout,
        stderr,
      } = await desk.run(["run", "study.yaml", "--log", LOG], { environment: { FAR: PASSWORD } });
      const name = JSON.stringify(behaviour);
      expectEqual(`exit code with a proxy that does ${name} (${stderr})`, exitCode, 3);
      const results = await desk.results();
      expectEqual("results", results.length, questions.length * 4);
      for (const { locationId, surfaceId, success, error, metadata } of results) {
        const cell = `${surfaceId} from ${locationId}, with a proxy that does ${name}`;
        if (locationId === "direct") expectThat(success, `${cell}, failed: ${error?.message}`);
        // A small answer of an API comes through before the proxy dies.
        else if (surfaceId !== "llm" || typeof behaviour === "string") expectEqual(cell, error?.code, code);
        if (locationId === "far") expectEqual(`the proxy of ${cell}`, metadata.proxyUsed, "far/1");
      }
      if (typeof behaviour === "string") {
        expectEqual("asks of the page", chat.asks().length, questions.length);
        expectEqual("asks of the API", (await llm.asks()).length, questions.length);
      }
      expectThat(!`${stdout}${stderr}`.includes(PASSWORD), "the proxy's password was printed");
      await checkNothingLeft(desk, readdir);
      seen.push(`${name}: ${code}, given back within ${await slowestGivenBack(desk)} ms`);
    }
    return seen.join(", ");
  },
};
