/** Whether an editor holds a text: editors show spaces as no-break spaces, and may end with a line break of their own. */
export function isSameText(shown: string, typed: string): boolean {
  const [one, other] = [normalised(shown), normalised(typed)];
  return one === other || one === `${other}\n` || `${one}\n` === other;
}

function normalised(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\u00a0", " ");
}
