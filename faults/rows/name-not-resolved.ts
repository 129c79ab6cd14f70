import { type Fault, NotPossibleHere } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { type NameServerDeed, withNameServer } from "../support/name-server.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

const MAX_RETRIES = 2;

/**
 * What a name server does, and the codes of a cell's tries. The system tells a name that is not there from a server that
 * fails, but not one that fails from one that is silent (getaddrinfo: EAI_AGAIN).
 */
const CASES: Readonly<Record<NameServerDeed, readonly string[]>> = {
  nxdomain: ["DNS_FAILED", "DNS_FAILED"],
  servfail: Array.from({ length: 1 + MAX_RETRIES }, () => "NETWORK_ERROR"),
  silence: Array.from({ length: 1 + MAX_RETRIES }, () => "NETWORK_ERROR"),
};

export const fault: Fault = {
  id: "name-not-resolved",
  title: "a surface whose name does not exist, whose name server fails, or says nothing",
  matrix: [27],
  expected: `a name that is not there is tried once more; one that nobody can tell, as often as the study allows (${MAX_RETRIES} times)`,
  async run() {
    const seen: string[] = [];
    for (const deed of ["nxdomain", "servfail", "silence"] as const) {
      await using desk = await Desk.open();
      await writeCanaryStudy(desk, {
        url: "https://surface.invalid",
        questions: 1,
        more: `retry: { maxRetries: ${MAX_RETRIES}, baseDelay: 20, maxDelay: 40 }`,
      });
      const by = await withNameServer(desk, deed);
      if (!by) throw new NotPossibleHere("this machine gives nobody a network namespace of his own");
      const { code, stderr } = await withinBound("the run", 60_000, desk.run(["run"], { by }));
      expectEqual(`${deed}: exit code (${stderr})`, code, 3);
      await checkInvariants(desk, { planned: 1, asks: "unreached" });
      using store = new StoreFile(desk);
      const codes = codesByQuery(store.attempts()).get("q1");
      expectEqual(`${deed}: tries`, codes, CASES[deed]);
      seen.push(`${deed} ${codes?.join(", ")}`);
    }
    return seen.join("; ");
  },
};
