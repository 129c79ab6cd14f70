import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Evidence, Recording, RecordingEnding, RecordingRequest, SessionLease } from "@bentham/core";
import { createEvidenceCollector, type EvidenceCollectorOptions } from "@bentham/evidence-collector";
import { openBrowser } from "@bentham/testbed";
import { bagOf } from "./bags.ts";
import { answered, aRequest, SOFTWARE } from "./requests.ts";
import { withFolder } from "./with-folder.ts";

/** What came of a recording. */
export interface RecordedPage {
  readonly bag: string;
  readonly evidence: Evidence;
  readonly folder: string;
}

/** How a page is recorded. */
export interface PageToRecord {
  /** The site, or a server of it that does not listen yet. */
  readonly site: RequestListener | Server;
  readonly request?: Partial<RecordingRequest>;
  readonly secrets?: readonly string[];
  readonly options?: Partial<EvidenceCollectorOptions>;
  readonly ending?: RecordingEnding;
  /** @default "http" */
  readonly scheme?: "http" | "https";
}

/** Records what `act` does on a site, and gives the bag to `look`, and what that sees to the caller. */
export async function recordPage<Seen>(
  { site, request, secrets, options, ending = answered(), scheme = "http" }: PageToRecord,
  act: (url: string, session: SessionLease, recording: Recording) => Promise<void>,
  look: (recorded: RecordedPage) => Promise<Seen>,
): Promise<Seen> {
  return withFolder(async (folder) => {
    const server = typeof site === "function" ? createServer(site) : site;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `${scheme}://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
    await using session = await openBrowser({ ignoreHTTPSErrors: scheme === "https" });
    try {
      const collector = createEvidenceCollector({ folder, software: SOFTWARE, ...options });
      const recording = await collector.begin(aRequest({ session, ...request }, secrets));
      await act(url, session, recording);
      const evidence = await recording.finish(ending);
      await recording.discard();
      if (!evidence) throw new Error("no evidence");
      return await look({ bag: evidence.bagPath === undefined ? "" : bagOf(folder, evidence), evidence, folder });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
