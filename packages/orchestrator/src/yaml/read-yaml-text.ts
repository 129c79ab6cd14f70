import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { ErrorCode } from "@bentham/core";
import { type FileIssue, InvalidFileError } from "./invalid-file-error.ts";

/** Longest file that is read, in bytes: 1 MiB. Questions in large numbers belong in a file of their own. */
const LONGEST = 1024 * 1024;

/** What a file is, and how its errors are told. */
export interface FileKind {
  /** `study`, say: for messages. */
  readonly what: string;
  /** The code of errors about it. */
  readonly code: ErrorCode;
}

/**
 * The text of a small UTF-8 file, without its byte order mark.
 *
 * @param file Its name, for issues.
 * @throws InvalidFileError when there is no such file, or it is a folder, too long, or not UTF-8.
 */
export async function readYamlText(path: string, file: string, { what, code }: FileKind): Promise<string> {
  const refuse = (issue: Omit<FileIssue, "file">, cause?: unknown): never => {
    throw new InvalidFileError(code, [{ file, ...issue }], { cause });
  };
  const bytes = await readBytes(path).catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = error instanceof Error ? error.message : String(error);
    return refuse({ message: isMissing ? `there is no such ${what}: ${path}` : `cannot be read: ${reason}` }, error);
  });
  if (bytes === "folder") return refuse({ message: "this is a folder", hint: `name the ${what} in it` });
  if (bytes === "no file") return refuse({ message: "this is no ordinary file", hint: `save the ${what} as one` });
  if (bytes.length > LONGEST) {
    const hint = "keep long parts, such as questions, in files of their own";
    return refuse({ message: `longer than the ${LONGEST} bytes that a ${what} may have`, hint });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return refuse({ message: "this is not UTF-8", hint: `save the ${what} as UTF-8` }, error);
  }
}

/** The bytes of a file, at most one more than {@link LONGEST}, whatever size it claims to have. */
async function readBytes(path: string): Promise<Uint8Array | "folder" | "no file"> {
  // A pipe that nobody writes to would block the opening without O_NONBLOCK.
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = await handle.stat();
  if (stat.isDirectory()) return "folder";
  if (!stat.isFile()) return "no file";
  const bytes = new Uint8Array(LONGEST + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
