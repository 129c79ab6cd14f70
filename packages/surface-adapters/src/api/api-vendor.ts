import type { BenthamError, Citation, Fetch } from "@bentham/core";
import type { wrapLanguageModel } from "ai";
import type { SurfaceAdapterInfo } from "../surface-adapter-info.ts";

/** A model of a vendor's AI SDK package. */
export type VendorModel = Parameters<typeof wrapLanguageModel>[0]["model"];

/** What a vendor's AI SDK package is given. */
interface VendorConnection {
  readonly baseURL: string;
  /** Stands for the credential, which the package is not told. */
  readonly apiKey: string;
  readonly fetch: Fetch;
}

/** What the AI SDK loses of an answer, read from the answer's own JSON. */
export interface AnswerReading {
  /** The model that answered. */
  readonly model: string | undefined;
  /** Whether the model refused to answer; the text is then its refusal. */
  readonly isRefused: boolean;
  readonly citations: readonly Citation[];
  /** The vendor's word for it, when the answer says that it has not come to its end. */
  readonly unfinished?: string | undefined;
}

/** One vendor: what a plan must know of it, how its package is used, and how its answers are read. */
export interface ApiVendor extends SurfaceAdapterInfo {
  /** The member of the request's JSON that bounds the answer's length. */
  readonly maxOutputTokensMember: string;
  /** Most tokens of an answer unless the study says so. @default the vendor's own */
  readonly defaultMaxOutputTokens?: number;
  /** Loads the vendor's package, which is slow, and gives the model. */
  model(connection: VendorConnection, model: string): Promise<VendorModel>;
  /** The text that an answer's JSON holds, for the evidence: it is to be what the package made of the answer. */
  textIn(body: unknown): string | undefined;
  /** Reads an answer's JSON, without trusting it. */
  read(body: unknown): AnswerReading;
  /** The failure that is told by an answer of status 200, where the vendor does such a thing. */
  failureIn?(body: unknown): BenthamError | undefined;
}
