import { connect, type LookupFunction } from "node:net";
import { type Clock, withinTime } from "@bentham/core";

/** How long somebody may take to let us connect, in milliseconds. */
const PATIENCE = 2_000;

/**
 * What keeps connections from being made to `hostname:port`: the system's code, such as ECONNREFUSED, or ETIMEDOUT;
 * nothing when they are taken.
 *
 * @param lookup Resolves names. @default Node's, which asks the system
 */
export async function connectError(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  clock: Clock,
  lookup?: LookupFunction,
): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: hostname, port, ...(lookup ? { lookup } : {}) });
  socket.once("connect", () => answer.resolve(undefined));
  socket.once("error", (error) => answer.resolve("code" in error ? String(error.code) : error.name));
  try {
    return await withinTime(answer.promise, clock, PATIENCE, () => "ETIMEDOUT");
  } finally {
    socket.destroy();
  }
}
