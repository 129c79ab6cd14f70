/** Seals bags in the folder that is given, one after the other, and copies them to the object store at the URL, until it is killed. */
import { BagCopier, createEvidenceCollector } from "../../src/index.ts";
import { answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { EXAMPLE, storeIn } from "../support/stores.ts";

const [, , folder = "", url = ""] = process.argv;
const copier = new BagCopier({ folder, store: storeIn({ ...EXAMPLE, url }) });
const collector = createEvidenceCollector({ folder, software: SOFTWARE, copier });
for (let attempt = 1; ; attempt++) {
  const recording = await collector.begin(aRequest({ attempt }));
  await recording.finish(answered("an answer of some length. ".repeat(500)));
  process.stdout.write(`sealed ${attempt}\n`);
}
