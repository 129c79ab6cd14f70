import type { Recording } from "@bentham/core";

/** The recording of an attempt that keeps no evidence. */
export const noRecording: Recording = {
  record: (fetch) => fetch,
  finish: async () => undefined,
  discard: async () => {},
};
