/** Opens a session of a pool in the folder that is given, and stays. */
import { createSessionPool } from "@bentham/session-pool";
import { aRequest } from "../support/session-pool.ts";

const pool = createSessionPool({ folder: process.argv[2] ?? "" });
await pool.acquire(aRequest());
process.stdout.write("opened\n");
setInterval(() => undefined, 1000);
