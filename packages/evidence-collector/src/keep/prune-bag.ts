import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, systemClock } from "@bentham/core";
import { TOMBSTONE, TOMBSTONE_FILES } from "@bentham/verify";
import { syncFolder } from "../bag/synced-files.ts";
import type { SigningKey } from "../prove/signing-key.ts";
import type { ListedBag } from "./list-bags.ts";
import { writeStatement } from "./write-statement.ts";

/** How a bag is pruned. */
export interface PruneBagOptions {
  /** The evidence folder. */
  readonly folder: string;
  /** Signs the tombstone. */
  readonly signingKey: SigningKey;
  /** Why, in the words of whoever deletes. */
  readonly reason: string;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Deletes a bag, and leaves a signed tombstone in its place. The tombstone is on the disk before the first file goes: when
 * this is killed in between, what it had begun shows, and doing it again completes it, under the first tombstone.
 *
 * @throws the error of the file system.
 */
export async function pruneBag(bag: ListedBag, options: PruneBagOptions): Promise<void> {
  const { folder, signingKey, reason, clock = systemClock } = options;
  const place = join(folder, bag.path);
  if (bag.state === "sealed") {
    const prunedAt = new Date(clock.now()).toISOString();
    const { path, sha256: bagSha256, bytes } = bag;
    const stone = { format: "bentham-tombstone/1", bag: path, bagSha256, bytes, prunedAt, reason };
    await writeStatement(place, TOMBSTONE, stone, signingKey);
  }
  for (const name of await readdir(place)) {
    if (!TOMBSTONE_FILES.includes(name)) await rm(join(place, name), { recursive: true, force: true });
  }
  await syncFolder(place);
}
