/** Seals bags of some size in the folder that is given, one after the other, until it is killed. */
import { createEvidenceCollector } from "../../src/index.ts";
import { answered, aRequest, SOFTWARE } from "../support/requests.ts";

const collector = createEvidenceCollector({ folder: process.argv[2] ?? "", software: SOFTWARE });
for (let attempt = 1; ; attempt++) {
  const recording = await collector.begin(aRequest({ attempt }));
  await recording.finish(answered("an answer of some length. ".repeat(50_000)));
  process.stdout.write(`sealed ${attempt}\n`);
}
