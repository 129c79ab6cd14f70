import { until } from "./check.ts";

/** How long a command may take to ask, on a machine that is busy, in milliseconds. */
const PATIENCE = 180_000;

/** What is asked, and counts it. */
interface Asked {
  asks(): Promise<readonly unknown[]>;
}

/**
 * Waits until a server has been asked so many questions in all. It is looked at now and then only: whoever looked all the
 * time would take the processor from the commands that are to ask.
 *
 * @throws Error when that takes longer than a busy machine needs.
 */
export async function untilAsked(server: Asked, questions: number): Promise<void> {
  await until(`${questions} questions asked`, PATIENCE, async () => (await server.asks()).length >= questions);
}
