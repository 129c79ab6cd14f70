export type { Job } from "@bentham/core";
