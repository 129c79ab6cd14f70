import { isBenthamError } from "@bentham/core";

/** The exit code of a command that could not do its work. */
export function exitCodeOfError(error: unknown): number {
  if (!isBenthamError(error)) return 1;
  switch (error.code) {
    case "USAGE":
    case "PLAN_CHANGED":
    case "RUN_UNKNOWN":
      return 2;
    case "STUDY_INVALID":
    case "CONFIG_INVALID":
      return 4;
    case "CREDENTIAL_MISSING":
    case "CREDENTIAL_HOST_MISMATCH":
    case "SURFACE_UNKNOWN":
    case "LOCATION_UNKNOWN":
      return 5;
    case "DISK_FULL":
      return 16;
    default:
      return 1;
  }
}
