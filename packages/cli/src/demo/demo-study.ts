/** The questions of the demo. */
const QUESTIONS = [
  ["durian", "Why does durian smell so strong?"],
  ["tides", "Why are there two high tides a day?"],
  ["bread", "Why does bread go stale faster in the fridge?"],
  ["bees", "How do bees find their way home?"],
  ["mirror", "Why do mirrors swap left and right, but not up and down?"],
  ["salt", "Why is the sea salty and a lake not?"],
  ["cats", "Why do cats purr?"],
  ["rain", "Why does rain smell?"],
] as const;

/** The demo's study: every question, twice, on two surfaces of the testbed at `url`. */
export function demoStudy(url: string): string {
  const queries = QUESTIONS.map(([id, text]) => `  - { id: ${id}, text: ${JSON.stringify(text)} }`);
  return `# The demo: real requests over HTTP to two fake vendors on this machine.
name: demo
queries:
${queries.join("\n")}
surfaces:
  - { id: demo-chat, adapter: openai-compatible, baseURL: "${url}/v1", model: small, credential: demo }
  - { id: demo-messages, adapter: anthropic-api, baseURL: "${url}/v1", model: small, credential: demo, maxOutputTokens: 512 }
locations: [direct]
repeats: 2
concurrency: 8
limits:
  demo-chat: { concurrency: 4 }
  demo-messages: { concurrency: 4 }
budget: { calls: 100 }
`;
}

/** The demo's configuration: the testbed is on this machine, and its key goes there and nowhere else. */
export function demoConfiguration(host: string): string {
  return `allowPrivate: true
vault:
  environment:
    demo: { variable: BENTHAM_DEMO_KEY, hosts: ["${host}"] }
`;
}
