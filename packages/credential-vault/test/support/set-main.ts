// Sets the pools named after the vault's file and identity, one after the other, as one of several writers.

import process from "node:process";
import { Secret } from "@bentham/core";
import { vaultFileAt } from "@bentham/credential-vault";

const [file = "", identity = "", ...pools] = process.argv.slice(2);
const vault = vaultFileAt({ file, identity });
for (const pool of pools) await vault.set(pool, { value: new Secret(`value of ${pool}`), hosts: ["a.example"] });
