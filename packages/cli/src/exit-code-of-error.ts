import { isBenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import { CommanderError } from "commander";

/** The exit code of a command that could not do its work. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof CommanderError) return EXIT_CODES.usage;
  if (!isBenthamError(error)) return EXIT_CODES["internal error"];
  switch (error.code) {
    case "USAGE":
    case "PLAN_CHANGED":
    case "RUN_UNKNOWN":
      return EXIT_CODES.usage;
    case "STUDY_INVALID":
    case "CONFIG_INVALID":
      return EXIT_CODES["invalid study"];
    case "CREDENTIAL_MISSING":
    case "NO_RESOURCE": // A vault elsewhere that is away.
    case "CREDENTIAL_HOST_MISMATCH":
    case "BROWSER_LAUNCH_FAILED":
    case "SURFACE_UNKNOWN":
    case "LOCATION_UNKNOWN":
      return EXIT_CODES["check failed"];
    case "DISK_FULL":
    case "STORE_UNAVAILABLE":
    case "STORE_CORRUPT":
    case "EVIDENCE_FAILED":
      return EXIT_CODES["disk failure"];
    default:
      return EXIT_CODES["internal error"];
  }
}
