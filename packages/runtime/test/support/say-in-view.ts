/** Says in a live view how it ended, as its page does: by the link, and then with what that was exchanged for. */
export async function sayInView(url: string, choice: "done" | "blocked"): Promise<string> {
  const { origin } = new URL(url);
  const visit = await fetch(url);
  const [cookie = ""] = (visit.headers.getSetCookie()[0] ?? "").split(";");
  await visit.text();
  const body = JSON.stringify({ choice });
  const said = await fetch(`${origin}/end`, { method: "POST", headers: { cookie, origin }, body });
  return await said.text();
}
