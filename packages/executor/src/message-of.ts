/** The message of whatever was thrown. Total: also of what is no error, and of what cannot be read. */
export function messageOf(error: unknown): string {
  try {
    return String(typeof error === "object" && error !== null && "message" in error ? error.message : error);
  } catch {
    return "something was thrown that cannot be read";
  }
}
