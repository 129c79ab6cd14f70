// Tells each signal that reaches it, a line each. Ends at the signal named in its argument, and at no other.

import process from "node:process";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGCONT"]) {
  process.on(signal, () => {
    console.log(signal);
    if (signal === process.argv[2]) process.exit(0);
  });
}
setInterval(() => {}, 60_000);
console.log(`pid ${process.pid}`);
