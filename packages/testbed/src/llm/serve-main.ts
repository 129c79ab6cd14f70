// A fake LLM vendor as a process of its own: reads its options, a line of JSON, from standard input, prints a line of
// JSON with its address, takes new scenarios as further lines, and ends with its standard input, so that it never
// outlives whoever started it. Options come this way because keys do not belong on a command line.

import { createInterface } from "node:readline";
import process from "node:process";
import { type LlmServer, startLlmServer } from "./llm-server.ts";

let server: LlmServer | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (server) {
    server.setScenarios(message.scenarios);
  } else {
    server = await startLlmServer(message);
  }
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
}
await server?.[Symbol.asyncDispose]();
