// A fake LLM vendor, a chat page and a proxy as a process of their own:
//
//   node --conditions=@bentham/source packages/testbed/src/serve-main.ts [--port N] [--scenario RULES]
//
// RULES is a list of rules in JSON. It prints one line of JSON, { urls: { llm }, pid }, and ends with its standard input or with
// whoever started it, so that it outlives neither. With --stdin, the options of its servers, { llm, chat, proxy }, are
// the first line of its standard input, in JSON: keys do not belong on a command line.

import { once } from "node:events";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { parseArgs } from "node:util";
import { systemClock } from "@bentham/core";
import { startChatServer } from "./chat/start-chat-server.ts";
import { startLlmServer } from "./llm/llm-server.ts";
import { startProxy } from "./proxy/start-proxy.ts";
import type { TestbedParts } from "./testbed-parts.ts";

/** How often to look whether the parent is still there, in milliseconds. */
const LOOK = 500;

const parent = process.ppid;
const input = createInterface({ input: process.stdin });
const ended = once(input, "close");
const options = await readOptions(input);
if (options) {
  await using servers = new AsyncDisposableStack();
  const urls = {
    ...(options.llm && { llm: servers.use(await startLlmServer(options.llm)).url }),
    ...(options.chat && { chat: servers.use(await startChatServer(options.chat)).url }),
    ...(options.proxy && { proxy: servers.use(await startProxy(options.proxy)).url }),
  };
  process.stdout.write(`${JSON.stringify({ urls, pid: process.pid })}\n`);
  await Promise.race([ended, parentGone()]);
}
process.exit();

async function readOptions(lines: Interface): Promise<TestbedParts | undefined> {
  const { values } = parseArgs({
    options: { port: { type: "string" }, scenario: { type: "string" }, stdin: { type: "boolean" } },
  });
  if (values.stdin) {
    const [line] = await Promise.race([once(lines, "line"), ended]);
    return line === undefined ? undefined : JSON.parse(line);
  }
  return { llm: { port: Number(values.port ?? 0), scenarios: JSON.parse(values.scenario ?? "[]") } };
}

/** A child whose parent is gone is given to another. */
async function parentGone(): Promise<void> {
  while (process.ppid === parent) await systemClock.sleep(LOOK);
}
