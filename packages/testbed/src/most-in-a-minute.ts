/** How many moments lie within 60 s of each other at most; they are in milliseconds and sorted. */
export function mostInAMinute(moments: readonly number[]): number {
  let [most, first] = [0, 0];
  for (const [last, moment] of moments.entries()) {
    while (moment - (moments[first] ?? moment) >= 60_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
