// Sets up the repository in the first argument, as if this were the Node named in the second, and prints the PATH.

import process from "node:process";
import { setUp } from "../../runtime/set-up.mjs";

const [root, nodeVersion] = process.argv.slice(2);
try {
  console.log(await setUp(root, nodeVersion === undefined ? {} : { nodeVersion }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
