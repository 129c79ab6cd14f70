// Has the item 1 of a data folder open, says so, and has it until it is killed.

import process from "node:process";
import { holdItem, openStore } from "@bentham/runtime";

const [folder = ""] = process.argv.slice(2);
await holdItem(await openStore(folder), { id: 1 });
process.stdout.write("held\n");
setInterval(() => undefined, 60_000);
