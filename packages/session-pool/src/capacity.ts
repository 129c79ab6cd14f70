import process from "node:process";

/**
 * What a session may take with its share of a browser, in bytes. A trivial page takes 66 MB and a quarter of 230 MB (measured:
 * Chromium 156, proportional set size); chat applications take several times as much.
 */
const SESSION_MEMORY = 250e6;

/** Share of the memory that is free which sessions may take: the rest is for what they grow to, and for everybody else. */
const SHARE = 0.5;

const MOST_SESSIONS = 8;

/** How many sessions the memory that is free now has room for: 1 to 8. */
export function sessionsThatFit(freeBytes: number = process.availableMemory()): number {
  return Math.max(1, Math.min(MOST_SESSIONS, Math.floor((freeBytes * SHARE) / SESSION_MEMORY)));
}
