/** Stages a bag in the folder that is given, goes no further, and stays. */
import { systemClock } from "@bentham/core";
import { bagOf } from "../../src/bag/bag-files.ts";
import { Staging } from "../../src/bag/staging.ts";
import { writeSynced } from "../../src/bag/synced-files.ts";

const staging = new Staging(process.argv[2] ?? "", systemClock);
const { staged } = await staging.open();
const artefact = { path: "data/answer.json", mediaType: "application/json", bytes: Buffer.from("{}") } as const;
await writeSynced(staged, bagOf([artefact], "").files);
process.stdout.write("staged\n");
setInterval(() => undefined, 1000);
