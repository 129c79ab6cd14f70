export { openBundle, type OpenBundle, type OpenBundleOptions } from "./open-bundle.ts";
export { writeBundle, type WriteBundleOptions } from "./write-bundle.ts";
export type { PublicKey } from "@bentham/verify";
