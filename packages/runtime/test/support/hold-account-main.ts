// Leases the account of the pool `team` in a data folder, says so, and has it until it is killed.

import process from "node:process";
import { openStore, vaultOf } from "@bentham/runtime";
import { aJob } from "@bentham/testbed";

const [folder = ""] = process.argv.slice(2);
const store = await openStore(folder);
const vault = vaultOf({ folder, configuration: {}, environment: {} }, store);
await vault.acquire({ job: aJob({ credentialPool: "team" }) });
process.stdout.write("held\n");
