import { type Authority, createAuthority, type LlmServerOptions, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

type Server = Pick<LlmServerOptions, "tls" | "resetConnections">;

/** What is wrong, and the codes that a cell's tries are to end with. A reset is no word about a certificate: it may pass. */
const CASES: Readonly<Record<string, readonly [server: (authority: Authority) => Promise<Server>, codes: string[]]>> = {
  expired: [async (authority) => ({ tls: await authority.issue(undefined, "expired") }), ["TLS_ERROR"]],
  "not yet valid": [async (authority) => ({ tls: await authority.issue(undefined, "not-yet-valid") }), ["TLS_ERROR"]],
  "for another host": [async (authority) => ({ tls: await authority.issue(["elsewhere.invalid"]) }), ["TLS_ERROR"]],
  "self-signed": [async (authority) => ({ tls: await authority.issue(undefined, "self-signed") }), ["TLS_ERROR"]],
  "of an unknown authority": [async () => ({ tls: await (await createAuthority()).issue() }), ["TLS_ERROR"]],
  "reset in the handshake": [
    async (authority) => ({ tls: await authority.issue(), resetConnections: true }),
    ["NETWORK_ERROR", "NETWORK_ERROR"],
  ],
};

export const fault: Fault = {
  id: "tls-broken",
  title: "certificates that are expired, too early, for another host, self-signed, of nobody known; a reset handshake",
  matrix: [28],
  expected:
    "a bad certificate is never asked through nor tried again, whatever the environment says; a reset is tried again",
  async run(scale) {
    const planned = scale === "full" ? 4 : 2; // A fifth failure in a row would open the breaker.
    const seen = await Promise.all(
      Object.entries(CASES).map(async ([name, [serverOf, expected]]) => {
        const authority = await createAuthority();
        await using desk = await Desk.open();
        await desk.write("authority.pem", authority.certificate);
        await using server = await startLlmServer({ ...(await serverOf(authority)), keys: [desk.canary] });
        await writeCanaryStudy(desk, {
          url: server.url,
          questions: planned,
          configuration: "authorities: [authority.pem]",
          more: "retry: { maxRetries: 1, baseDelay: 20, maxDelay: 40 }",
        });
        // What people set who want it to work at any price.
        const environment = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
        const { code, stderr } = await withinBound("the run", 120_000, desk.run(["run"], { environment }));
        expectEqual(`${name}: exit code (${stderr})`, code, 3);
        expectEqual(`${name}: questions that got through`, server.asks.length, 0);
        const ledger = await checkInvariants(desk, { planned, asks: "unreached" });
        expectEqual(`${name}: failed`, ledger.failed, planned);
        using store = new StoreFile(desk);
        for (const [query, codes] of codesByQuery(store.attempts())) {
          expectEqual(`${name}: tries of ${query}`, codes, expected);
        }
        return `${name} ${expected.join(", ")}`;
      }),
    );
    return `${seen.join("; ")}; no question got through`;
  },
};
