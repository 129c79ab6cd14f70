import type { ErrorCode } from "@bentham/core";

/** An error as plain data: what a program can see of it. */
export interface ErrorShape {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string | number;
  readonly statusCode?: number;
  readonly status?: number;
  readonly responseBody?: unknown;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly cause?: ErrorShape;
}

/** A symptom, and the code it means. */
export type Symptom = readonly [code: ErrorCode, shape: ErrorShape];

/** An error of that shape. */
export function errorOf({ cause, message = "", ...members }: ErrorShape): Error {
  return Object.assign(new Error(message, cause ? { cause: errorOf(cause) } : {}), members);
}

/** Tells a symptom in the name of a test. */
export function label({
  name,
  message,
  code,
  statusCode,
  status,
  responseBody,
  responseHeaders,
  cause,
}: ErrorShape): string {
  const facts = [name, code, statusCode ?? status, message, responseBody && JSON.stringify(responseBody)];
  const headers = responseHeaders ? [JSON.stringify(responseHeaders)] : [];
  const wrapped = cause ? [`cause: ${label(cause)}`] : [];
  return [...facts.filter((fact) => fact !== undefined && fact !== ""), ...headers, ...wrapped].join(" ").slice(0, 150);
}
