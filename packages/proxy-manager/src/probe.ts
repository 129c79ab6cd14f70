import { connect } from "node:net";
import { type Clock, withinTime } from "@bentham/core";

/** How long a proxy may take to let somebody connect, in milliseconds. */
const PATIENCE = 2_000;

/** Whether something takes connections at `hostname:port`. */
export async function canBeReached(hostname: string, port: number, clock: Clock): Promise<boolean> {
  const answer = Promise.withResolvers<boolean>();
  const socket = connect({ host: hostname, port });
  socket.once("connect", () => answer.resolve(true));
  socket.once("error", () => answer.resolve(false));
  try {
    return await withinTime(answer.promise, clock, PATIENCE, () => false);
  } finally {
    socket.destroy();
  }
}
