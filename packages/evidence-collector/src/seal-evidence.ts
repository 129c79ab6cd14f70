import { BenthamError, type Evidence, isBenthamError, scrubSecrets } from "@bentham/core";
import { answerFile } from "./artefacts/answer-file.ts";
import type { Artefact } from "./artefacts/artefact.ts";
import { networkHar } from "./artefacts/network-har.ts";
import { pageArchive } from "./artefacts/page-archive.ts";
import { type Gap, type StatementFacts, statementOf } from "./artefacts/statement.ts";
import { type Bag, bagOf } from "./bag/bag-files.ts";
import { bagInfo } from "./bag/bag-info.ts";
import type { Staging } from "./bag/staging.ts";
import { type BagPlace, storeBag } from "./bag/store-bag.ts";
import { codeOf } from "./bag/system-error.ts";
import { ByteBudget, fitting } from "./byte-budget.ts";
import { networkText } from "./check/network-text.ts";
import { statesOf, type TextRecord, threeWayCheck, type ThreeWayCheck } from "./check/three-way-check.ts";
import type { Exchange } from "./exchange/exchange.ts";
import type { SigningKey } from "./prove/signing-key.ts";
import type { PageRecord } from "./page/page-recorder.ts";
import { secretsAt, tokensIn } from "./redact/found-secrets.ts";
import { redactExchange } from "./redact/redact-exchange.ts";
import { Redactor } from "./redact/redactor.ts";
import { slug } from "./slug.ts";

/** What of a statement is made when it is sealed. */
type Made = "artefacts" | "gaps" | "signedBy" | "check" | "pageFacts";

/** What was recorded of an attempt, secrets and all. */
export interface RawRecord extends Omit<StatementFacts, Made> {
  /** What was kept of the page, where the attempt had one. Its exchanges are among the others already. */
  readonly page: PageRecord | undefined;
}

/** What sealing needs beside the record. */
export interface SealingParts {
  readonly staging: Staging;
  /** Keys the marks that stand for what was redacted. */
  readonly redactionKey: Buffer;
  /** Most bytes of all files of a bag. */
  readonly maxBagBytes: number;
  /** What bags are signed with. @default they are not */
  readonly signingKey?: SigningKey | undefined;
}

/** Redacts, checks, lays out and stores. Never rejects: what went wrong is said in the evidence. */
export async function sealEvidence(record: RawRecord, parts: SealingParts): Promise<Evidence> {
  const capturedAt = record.endedAt;
  try {
    const check = checkOf(record);
    const { bag, payload, gaps } = prepareBag(record, check, redactorFor(record, parts), parts);
    const bagPath = await storeBag(parts.staging, bag, placeOf(record));
    const pathOf = (path: Artefact["path"]): string | undefined =>
      payload.some((artefact) => artefact.path === path) ? `${bagPath}/${path}` : undefined;
    const [screenshotPath, htmlArchivePath, harFilePath] = [
      pathOf("data/screenshot.png"),
      pathOf("data/page.mhtml"),
      pathOf("data/network.har"),
    ];
    return {
      sha256Hash: bag.sha256,
      capturedAt,
      bagPath,
      ...(screenshotPath === undefined ? {} : { screenshotPath }),
      ...(htmlArchivePath === undefined ? {} : { htmlArchivePath }),
      ...(harFilePath === undefined ? {} : { harFilePath }),
      state: gaps.length === 0 ? "complete" : "partial",
      ...(gaps.length === 0 ? {} : { reasons: gaps.map(({ artefact, reason }) => `${artefact}: ${reason}`) }),
      ...(check && { check: statesOf(check) }),
    };
  } catch (error) {
    const code = folderTrouble(codeOf(error));
    return {
      sha256Hash: "",
      capturedAt,
      state: "failed",
      reasons: [reasonOf(error)],
      ...(code === undefined ? {} : { code }),
    };
  }
}

/** Knows what must not be kept: what was leased, what stands in places for secrets, and where the surface says it does. */
function redactorFor({ request, exchanges, page }: RawRecord, { redactionKey }: SealingParts): Redactor {
  const pointers = request.reading?.secretsAt ?? [];
  // Of an API, every request is ours, and so are its secrets.
  const found = page ? tokensIn(exchanges) : [];
  return new Redactor([...request.secrets, ...secretsAt(exchanges, pointers), ...found], redactionKey, pointers);
}

/** The text of an answer beside the other records of it, all without what was leased, as the result is. */
function checkOf({ request, ending, exchanges, page }: RawRecord): ThreeWayCheck | undefined {
  if (!ending.answer) return undefined;
  const { text } = ending.answer;
  const network: TextRecord =
    request.level === "full"
      ? networkText(exchanges, text, request.reading ?? {})
      : { reason: "bodies are not kept at this level" };
  const shown = page?.answerText ?? { reason: request.session ? "no page was recorded" : "there is no page" };
  const scrub = (record: TextRecord): TextRecord =>
    "reason" in record ? record : { ...record, text: scrubSecrets(record.text, request.secrets) };
  return threeWayCheck(text, scrub(network), scrub(shown));
}

/** What is wrong with the evidence folder, where that is what kept a bag from it: then it keeps the next one from it, too. */
function folderTrouble(code: string | undefined): Evidence["code"] {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return "DISK_FULL";
    case "EROFS":
    case "EACCES":
    case "EPERM":
    case "EIO":
      return "EVIDENCE_FAILED";
    default:
      return undefined;
  }
}

function prepareBag(
  record: RawRecord,
  check: ThreeWayCheck | undefined,
  redactor: Redactor,
  { maxBagBytes, signingKey: key }: SealingParts,
): { bag: Bag; payload: Artefact[]; gaps: Gap[] } {
  const bodies = new ByteBudget(maxBagBytes);
  const exchanges = record.exchanges.map((exchange, index) =>
    redactExchange(bodies.fit(exchange), redactor, `exchange ${index + 1}`),
  );
  const gaps = exchanges.flatMap((exchange, index) => gapOf(exchange, index + 1, record));
  gaps.push(...bodies.gaps, ...pageGaps(record, redactor));
  // The place for further artefacts: each is redacted where it is made, and checked here.
  const made = [
    answerFile(record.ending, redactor),
    record.request.level === "full" ? networkHar(exchanges, record.software) : undefined,
    ...(record.page?.pictures ?? []),
    record.page?.mhtml === undefined ? undefined : pageArchive(record.page.mhtml, redactor),
  ].filter((artefact) => artefact !== undefined);
  const clean = made.filter(({ path, bytes, readable = bytes }) => {
    if (!redactor.isMissedIn(readable)) return true;
    gaps.push({ artefact: path, reason: "a value that must not be kept was still in it: it was left out" });
    return false;
  });
  const { kept: artefacts, gaps: leftOut } = fitting(clean, maxBagBytes);
  gaps.push(...leftOut);
  const signedBy = key?.fingerprint;
  const pageFacts = record.page?.facts;
  const statement = statementOf({ ...record, exchanges, artefacts, gaps, signedBy, check, pageFacts }, redactor);
  const payload = [...artefacts, statement];
  const info = bagInfoOf(record, payload, redactor);
  if (redactor.isMissedIn(statement.bytes) || redactor.isMissedIn(Buffer.from(info))) {
    throw new BenthamError(
      "EVIDENCE_FAILED",
      "a value that must not be kept was still in the statement: no evidence was stored",
    );
  }
  return { bag: bagOf(payload, info, key), payload, gaps };
}

/** What the evidence should hold of an exchange, and does not. */
function gapOf({ ending }: Exchange, number: number, { request, ending: { outcome } }: RawRecord): Gap[] {
  if (request.level !== "full") return [];
  const gap = (reason: string): Gap[] => [{ artefact: "data/network.har", reason: `response ${number} ${reason}` }];
  if (ending === "too-large") return gap("was larger than is kept, and is cut");
  // An attempt that failed may have left it open; that is part of how it failed.
  if (ending === "open" && outcome === "answered") return gap("had not been read to its end");
  return [];
}

/** What is missing of the page. Why may hold an address, and an address anything. */
function pageGaps({ page }: RawRecord, redactor: Redactor): Gap[] {
  return (page?.gaps ?? []).map(({ artefact, reason }) => ({ artefact, reason: redactor.url(reason, artefact) }));
}

function placeOf({ request: { job, attempt } }: RawRecord): BagPlace {
  return { run: slug(job.runId ?? job.studyId), job: slug(job.jobId), attempt: slug(String(attempt)) };
}

function bagInfoOf(
  { request, software, endedAt }: RawRecord,
  payload: readonly Artefact[],
  redactor: Redactor,
): string {
  const { job, attempt } = request;
  const bytes = payload.reduce((sum, artefact) => sum + artefact.bytes.length, 0);
  return bagInfo({
    "Bag-Software-Agent": `${software.name} ${software.version}`,
    "Bagging-Date": endedAt.toISOString().slice(0, 10),
    "External-Identifier": redactor.text(`${job.jobId}/${attempt}`, "bag-info.txt"),
    "Bag-Group-Identifier": redactor.text(job.runId ?? job.studyId, "bag-info.txt"),
    "Payload-Oxum": `${bytes}.${payload.length}`,
  });
}

function reasonOf(error: unknown): string {
  if (isBenthamError(error)) return error.message;
  if (!(error instanceof Error)) return "the evidence could not be stored";
  // Not the error's own message, which may hold paths of this machine, or worse.
  const call = "syscall" in error && typeof error.syscall === "string" ? ` (${error.syscall})` : "";
  return `${codeOf(error) ?? error.name}: the evidence could not be stored${call}`;
}
