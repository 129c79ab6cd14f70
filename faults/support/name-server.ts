import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Desk } from "./bentham.ts";

const main = fileURLToPath(new URL("./name-server-main.ts", import.meta.url));

/** What a name server does with every question. */
export type NameServerDeed = "nxdomain" | "servfail" | "silence";

/** Makes the loopback of a new namespace work, and names there be asked of it. */
const SETUP = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
const NAMESPACE = ["unshare", "--map-root-user", "--mount", "--net"] as const;

/**
 * What to put in front of a command so that a name server of ours is the only one it knows: it runs in a namespace of its
 * own, without any network. Nothing where this machine lets nobody have one.
 */
export async function withNameServer(desk: Desk, deed: NameServerDeed): Promise<string[] | undefined> {
  await desk.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  const setup = [...NAMESPACE, "sh", "-c", SETUP, "sh", join(desk.folder, "resolv.conf")];
  const [command = "", ...args] = setup;
  if (spawnSync(command, [...args, "true"]).status !== 0) return undefined;
  return [...setup, process.execPath, main, deed];
}
