// A name server on 127.0.0.1:53 that does one thing with every question, for as long as a command runs that it starts:
// `nxdomain`, `servfail` or `silence`, then the command. For a network namespace of its own, where that port is free.

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import process from "node:process";

/** What the header of an answer says (RFC 1035, section 4.1.1). */
const CODES: Readonly<Record<string, number>> = { nxdomain: 3, servfail: 2 };

const [deed = "", command = "", ...args] = process.argv.slice(2);
const code = CODES[deed];
const socket = createSocket("udp4", (question, { port, address }) => {
  if (code === undefined) return;
  const answer = Buffer.from(question);
  answer[2] = 0x81; // An answer, recursion desired
  answer[3] = 0x80 | code; // and available.
  socket.send(answer, port, address);
});
socket.bind(53, "127.0.0.1");
await once(socket, "listening");
const [exitCode] = await once(spawn(command, args, { stdio: "inherit" }), "close");
process.exitCode = Number(exitCode ?? 1);
socket.close();
