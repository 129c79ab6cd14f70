import { BenthamError, type Job } from "@bentham/core";
import type { ApiVendor } from "./api-vendor.ts";

/** Where a job is asked, and of which model. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly baseURL: string;
  readonly model: string;
}

/**
 * @throws BenthamError STUDY_INVALID when the study must name the place or the model and does not; INVALID_URL when the
 *   place is no plain http or https URL.
 */
export function endpointOf(vendor: ApiVendor, job: Job): Endpoint {
  const baseURL = job.surface?.baseURL ?? vendor.defaultBaseURL;
  const model = job.surface?.model ?? vendor.defaultModel;
  if (baseURL === undefined) throw missing(job, vendor, "baseURL");
  if (model === undefined || model === "") throw missing(job, vendor, "model");
  const url = URL.parse(baseURL);
  const isPlain =
    url !== null &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
  if (isPlain) return { baseURL: url.href.replace(/\/+$/, ""), model };
  throw new BenthamError(
    "INVALID_URL",
    `the baseURL of surface "${job.surfaceId}" must be an http or https URL, without name, password, query or fragment`,
  );
}

function missing(job: Job, vendor: ApiVendor, key: "baseURL" | "model"): BenthamError {
  return new BenthamError(
    "STUDY_INVALID",
    `surface "${job.surfaceId}" has no ${key}: the adapter ${vendor.name} has none by default; name it in the study`,
  );
}
