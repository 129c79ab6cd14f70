/** The questions of the demo: short ones, since they are typed as people type. */
const QUESTIONS = [
  ["cats", "Why do cats purr?"],
  ["rain", "Why does rain smell?"],
  ["tides", "What makes the tides?"],
  ["salt", "Why is the sea salty?"],
] as const;

/** Where the parts of the testbed are. */
export interface DemoPlaces {
  readonly llm: string;
  readonly chat: string;
  readonly proxy: string;
}

/** The demo's study: every question, on a model's API and on a chat page, directly and from behind a proxy. */
export function demoStudy({ llm, chat }: DemoPlaces): string {
  const queries = QUESTIONS.map(([id, text]) => `  - { id: ${id}, text: ${JSON.stringify(text)} }`);
  return `# The demo: a fake vendor's API and a real chat page, both on this machine.
name: demo
queries:
${queries.join("\n")}
surfaces:
  - { id: demo-api, adapter: openai-compatible, baseURL: "${llm}/v1", model: small, credential: demo }
  - { id: demo-chat, baseURL: "${chat}" }
locations: [direct, demo-town]
concurrency: 6
limits:
  demo-api: { concurrency: 2 }
  demo-chat: { concurrency: 4 }
budget: { calls: 60 }
`;
}

/** The demo's configuration: all of it is on this machine, and one of its locations is behind a proxy with a password. */
export function demoConfiguration({ proxy }: DemoPlaces): string {
  return `allowPrivate: true
authorities: [authority.pem]
webSurfaces: [demo-chat.yaml]
locations:
  demo-town:
    country: DE
    timeZone: Europe/Berlin
    locale: de-DE
    proxies:
      - { server: "${proxy}", username: demo, passwordVariable: BENTHAM_DEMO_PROXY_PASSWORD }
`;
}

/** The demo's chat page, as a definition. */
export const demoChatPage = `# Where things are on the testbed's chat page.
name: demo-chat
version: "1"
consent:
  banner: ["[data-testid=consent]"]
  reject: ["[data-testid=consent] button:nth-of-type(2)"]
composer: ["[data-testid=composer]"]
send: ["[data-testid=send]", "key:Enter"]
answer: ["[data-testid=turn][data-role=assistant]"]
answerText: [".answer"]
busy: ["[data-testid=stop]"]
done: ["[data-testid=copy]"]
citations: [".sources a"]
login: ["[data-testid=login]"]
askPath: /api/ask
`;
