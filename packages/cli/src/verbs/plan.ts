import { systemClock } from "@bentham/core";
import { estimate, type Estimate, EXIT_CODES } from "@bentham/orchestrator";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { duration } from "../progress/frame.ts";
import { checkCredentials, readStudy } from "./study-context.ts";

/** What a call is taken to last for the estimate of time, in seconds. */
const SECONDS_PER_CALL = 5;

/** Shows what a study would ask, and sends nothing. */
export async function plan(context: CommandContext, file: string, options: CommonOptions): Promise<number> {
  const { terminal } = context;
  const read = await readStudy(context, file, options);
  const { study, planned } = read;
  const { queries, surfaces, locations, repeats } = planned.plan;
  const estimated = estimate(planned.plan, planned.settings, study.concurrency, SECONDS_PER_CALL);
  const problems = await checkCredentials(context, read, options);
  const { planHash, settings } = planned;
  const deadlinePassed = settings.deadline !== undefined && systemClock.now() >= settings.deadline;
  const exitCode = problems.length > 0 || deadlinePassed ? EXIT_CODES["check failed"] : EXIT_CODES.success;
  if (options.json) {
    const checked = { deadlinePassed, credentialProblems: problems };
    terminal.out(JSON.stringify({ study: study.name, planHash, settings, ...estimated, ...checked }));
    return exitCode;
  }
  const factors = [
    `${queries.length} queries`,
    `${surfaces.length} surfaces`,
    `${locations.length} locations`,
    `${repeats} repeats`,
  ];
  terminal.out(`${terminal.bold(study.name)}  ${factors.join(" x ")} = ${planned.count} cells`);
  for (const line of estimateLines(estimated)) terminal.out(`  ${line}`);
  for (const problem of problems) terminal.out(`  ${problem}`);
  if (deadlinePassed) terminal.out("  the deadline has passed: a run would ask nothing until it is moved in the study");
  terminal.out("nothing was sent");
  return exitCode;
}

function estimateLines({ lanes, calls, leastMs, usdAtMost }: Estimate): string[] {
  const widest = Math.max(...lanes.map(({ lane }) => lane.length));
  return [
    ...lanes.map(({ lane, cells, leastMs: ms }) => `${lane.padEnd(widest)}  ${cells} cells  at least ${duration(ms)}`),
    `${calls.least} calls if nothing fails, ${calls.most} at most`,
    ...(usdAtMost === undefined ? [] : [`$${usdAtMost.toFixed(2)} at most`]),
    `at least ${duration(leastMs)}, if a call takes ${SECONDS_PER_CALL} s`,
  ];
}
