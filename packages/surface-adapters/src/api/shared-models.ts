import { AsyncLocalStorage } from "node:async_hooks";
import type { Fetch } from "@bentham/core";
import type { ApiVendor, VendorModel } from "./api-vendor.ts";

/** Stands for the credential in what the AI SDK is given: the question's own `fetch` puts the credential in its place. */
export const CREDENTIAL_PLACE = "the-credential-stands-here";

const questions = new AsyncLocalStorage<Fetch>();
const models = new WeakMap<ApiVendor, Map<string, Promise<VendorModel>>>();

/**
 * The model of a vendor's package, made once for each place and name: each builds its schemas anew, which costs more than
 * a question. It knows no credential, and asks within {@link askedWith} alone.
 */
export function sharedModel(vendor: ApiVendor, baseURL: string, name: string): Promise<VendorModel> {
  const known = models.get(vendor) ?? new Map<string, Promise<VendorModel>>();
  models.set(vendor, known);
  const key = JSON.stringify([baseURL, name]);
  const model = known.get(key) ?? vendor.model({ baseURL, apiKey: CREDENTIAL_PLACE, fetch: questionsFetch }, name);
  known.set(key, model);
  model.catch(() => known.delete(key)); // What could not be loaded is tried again.
  return model;
}

/** Lets a shared model ask with the `fetch` of one question. */
export function askedWith<Value>(fetch: Fetch, ask: () => Promise<Value>): Promise<Value> {
  return questions.run(fetch, ask);
}

const questionsFetch: Fetch = async (input, init) => {
  const fetch = questions.getStore();
  if (!fetch) throw new Error("a shared model was asked outside of a question");
  return fetch(input, init);
};
