// Sets the pools named after the vault's file and identity, one after the other, as one of several writers.

import process from "node:process";
import { vaultFileAt } from "@bentham/credential-vault";
import { keyOf } from "./vault-desk.ts";

const [file = "", identity = "", ...pools] = process.argv.slice(2);
const vault = vaultFileAt({ file, identity });
for (const pool of pools) await vault.set(pool, keyOf(`value of ${pool}`, ["a.example"]));
