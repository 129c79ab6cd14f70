import { createAuthority, type ServerCertificate } from "@bentham/testbed";
import type { Scale } from "../fault.ts";
import type { Desk } from "./bentham.ts";

/** How a surface is come by. */
export type Scheme = "http" | "https";

/** What `work` tells of each scheme in turn; in small, of https alone. */
export async function eachScheme(scale: Scale, work: (scheme: Scheme) => Promise<string>): Promise<string> {
  const schemes: readonly Scheme[] = scale === "full" ? ["https", "http"] : ["https"];
  const seen: string[] = [];
  for (const scheme of schemes) seen.push(`over ${scheme}: ${await work(scheme)}`);
  return seen.join("; ");
}

/** What a server serves a scheme with; the certificate of the authority that vouches for it is left on the desk. */
export async function servedOver(desk: Desk, scheme: Scheme): Promise<{ readonly tls?: ServerCertificate }> {
  const authority = await createAuthority();
  await desk.write("authority.pem", authority.certificate);
  return scheme === "https" ? { tls: await authority.issue() } : {};
}
