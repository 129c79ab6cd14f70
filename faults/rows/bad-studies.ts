import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";

/** A study that cannot be run, and what its error must say. */
interface BadStudy {
  readonly what: string;
  readonly study: (url: string) => string | undefined;
  readonly says: readonly string[];
}

const surfaces = (url: string): string =>
  `surfaces:\n  - { id: llm, adapter: openai-compatible, baseURL: "${url}/v1", model: small }\n`;
const head = (url: string): string => `name: bad\n${surfaces(url)}`;
const query = "queries: [{ id: q1, text: Why? }]\n";

const BAD: readonly BadStudy[] = [
  {
    what: "unknown key",
    study: (url) => `${head(url)}${query}locatoins: [direct]\n`,
    says: ["study.yaml:5:1", "locatoins: unknown key", 'did you mean "locations"?'],
  },
  {
    what: "wrong type",
    study: (url) => `${head(url)}${query}repeats: three\n`,
    says: ["study.yaml:5:10", "repeats: ", "expected a number, received text"],
  },
  {
    what: "missing query file",
    study: (url) => `${head(url)}queries: { file: nowhere.jsonl }\n`,
    says: ["study.yaml:4:18", "queries.file: there is no file", "nowhere.jsonl"],
  },
  { what: "missing study", study: () => undefined, says: ["study.yaml ", "there is no such study"] },
  { what: "empty list", study: (url) => `${head(url)}queries: []\n`, says: ["study.yaml:4:10", "at least one query"] },
  {
    what: "duplicate id",
    study: (url) => `${head(url)}queries:\n  - { id: q1, text: Why? }\n  - { id: q1, text: How? }\n`,
    says: ["study.yaml:6:11", '"q1" stands here twice'],
  },
  {
    what: "alias bomb",
    study: () =>
      Array.from({ length: 9 }, (_, level) => {
        const below = level === 0 ? "lol" : `*a${level - 1}`;
        return `a${level}: &a${level} [${Array.from({ length: 9 }, () => below).join(",")}]\n`;
      }).join(""),
    says: ["study.yaml:2:10", "aliases are not supported"],
  },
  {
    what: "10 MB file",
    study: (url) => `${head(url)}${query}${"# filler\n".repeat(1_200_000)}`,
    says: ["study.yaml ", "1048576 bytes", "in files of their own"],
  },
  {
    what: "__proto__",
    study: (url) => `${head(url)}${query}__proto__: { repeats: 3 }\n`,
    says: ["study.yaml:5:1", "__proto__: unknown key; remove it"],
  },
];

export const fault: Fault = {
  id: "bad-studies",
  title: "studies that cannot be run",
  inEveryTest: true,
  expected: "file, line, column and remedy; exit code 4; nothing sent, nothing stored",
  async run() {
    await using server = await spawnLlmServer();
    for (const { what, study, says } of BAD) {
      await using desk = await Desk.open();
      const text = study(server.url);
      if (text !== undefined) await desk.write("study.yaml", text);
      await desk.write("bentham.config.yaml", "allowPrivate: true\n");
      const { code, stderr } = await desk.run(["run"]);
      expectEqual(`${what}: exit code (${stderr.slice(0, 300)})`, code, 4);
      for (const words of says)
        expectThat(stderr.includes(words), `${what}: "${words}" is not in: ${stderr.slice(0, 500)}`);
    }
    expectEqual("asks", (await server.asks()).length, 0);
    return `${BAD.length} studies refused with their places: ${BAD.map(({ what }) => what).join(", ")}`;
  },
};
