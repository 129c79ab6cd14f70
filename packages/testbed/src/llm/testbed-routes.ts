import type { IncomingMessage, ServerResponse } from "node:http";
import { checkRules } from "./check-rules.ts";
import { parseJson, readBody } from "./read-body.ts";
import type { Vendor } from "./vendor.ts";

/** Where a server is asked about itself, and told what to do; by whoever may reach it, and without a key. */
export const TESTBED = "/testbed/";

/**
 * Answers what is asked of the server itself:
 *
 * - `GET /testbed/asks`: `{ total, inFlight, mostInFlight, asks }`; `?from=N` leaves out the asks before the Nth.
 * - `POST /testbed/scenario`: takes rules, in JSON, for the asks to come.
 */
export async function answerTestbed(request: IncomingMessage, response: ServerResponse, vendor: Vendor): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://testbed");
  const route = `${request.method} ${pathname}`;
  if (route === `GET ${TESTBED}asks`) {
    const { asks, inFlight, mostInFlight } = vendor.log;
    const from = Number(searchParams.get("from") ?? 1);
    return send(response, 200, { total: asks.length, inFlight, mostInFlight, asks: asks.slice(Math.max(0, from - 1)) });
  }
  if (route !== `POST ${TESTBED}scenario`) return send(response, 404, { error: `the testbed has no ${route}` });
  const rules = parseJson(await readBody(request));
  try {
    checkRules(rules);
  } catch (error) {
    return send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
  vendor.setScenarios(rules);
  send(response, 200, { rules: rules.length });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
