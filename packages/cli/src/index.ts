export { keepHeapSmall } from "./keep-heap-small.ts";
export { runCommandLine } from "./command-line.ts";
export type { CommandContext, SignalSource } from "./command-context.ts";
export type { LiveArea, Terminal } from "./terminal.ts";
export type { Input } from "./read-secret.ts";
