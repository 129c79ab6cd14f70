import { createHmac } from "node:crypto";
import { type Json, KnownValues, type Secret, valuesAt } from "@bentham/core";
import { bodyValues } from "../check/json-values.ts";
import type { Header } from "../exchange/exchange.ts";
import { redactHiddenFields } from "./hidden-fields.ts";
import { redactJsonFields, redactJsonStrings } from "./json-fields.ts";
import { redactFields, redactUrl, type Replace } from "./redact-url.ts";
import { isSensitiveHeader } from "./sensitive-names.ts";

/** An object in JSON. */
export type Members = { readonly [name: string]: Json | undefined };

/** What was taken out of the evidence, and where: a header, a query or form field, a URL's user, a known value. */
export interface Redaction {
  readonly kind: "header" | "field" | "userinfo" | "value";
  /** The header or field, or what stands for the value. */
  readonly name: string;
  readonly where: string;
  readonly count: number;
}

/**
 * Takes secrets out of one attempt's evidence, in two ways: what stands in a place for secrets goes whatever it is, and
 * known values go wherever they stand. In place of a value stands `[REDACTED:…]`, with 8 hex digits of its keyed hash, so
 * that equal values can be told to be equal, and nothing else about them.
 */
export class Redactor {
  readonly #key: Buffer;
  readonly #pointers: readonly string[];
  readonly #counts = new Map<string, Redaction>();
  readonly known: KnownValues;

  /** @param pointers JSON pointers to strings that are secret in any body. */
  constructor(secrets: readonly Secret[], key: Buffer, pointers: readonly string[] = []) {
    this.#key = key;
    this.#pointers = pointers;
    this.known = new KnownValues(secrets, (value) => this.#mark(value));
  }

  /** What was taken out so far. */
  redactions(): Redaction[] {
    return Array.from(this.#counts.values());
  }

  /** `text` without known values. */
  text(text: string, where: string): string {
    return this.known.scrub(text, (mark) => this.#count("value", mark, where));
  }

  /** `bytes` without known values. */
  bytes(bytes: Buffer, where: string): Buffer {
    const text = bytes.toString("latin1");
    const scrubbed = this.text(text, where);
    return scrubbed === text ? bytes : Buffer.from(scrubbed, "latin1");
  }

  /** A URL, or a text with URLs in it. */
  url(text: string, where: string): string {
    return this.text(redactUrl(text, this.#replaceIn(where)), where);
  }

  /** The body of a form. */
  form(bytes: Buffer, where: string): Buffer {
    return this.bytes(Buffer.from(redactFields(bytes.toString("latin1"), this.#replaceIn(where)), "latin1"), where);
  }

  /** An HTML document: its hidden fields, and known values. */
  html(bytes: Buffer, where: string): Buffer {
    const text = bytes.toString("latin1");
    const scrubbed = redactHiddenFields(text, (value) => this.#replaceIn(where)("field", "hidden", value));
    return this.bytes(scrubbed === text ? bytes : Buffer.from(scrubbed, "latin1"), where);
  }

  /** JSON, or what holds JSON: its members with the names of secrets, and known values. */
  jsonBytes(bytes: Buffer, where: string): Buffer {
    const text = bytes.toString("latin1");
    const replace = this.#replaceIn(where);
    const named = redactJsonFields(text, (name, value) => replace("field", name, value));
    const values = this.#valuesAtPointers(bytes);
    const scrubbed =
      values.size === 0 ? named : redactJsonStrings(named, values, (value) => replace("field", "pointer", value));
    return this.bytes(scrubbed === text ? bytes : Buffer.from(scrubbed, "latin1"), where);
  }

  /** Whether a known value is still in bytes, or in a text of bytes as characters. */
  isMissedIn(bytes: Buffer | string): boolean {
    return this.known.areIn(typeof bytes === "string" ? bytes : bytes.toString("latin1"));
  }

  headers(headers: readonly Header[], where: string): Header[] {
    return headers.map(([name, value]) => {
      const shown = this.text(name, where);
      if (!isSensitiveHeader(name)) return [shown, this.url(value, where)];
      this.#count("header", shown, where);
      return [shown, this.#mark(value)];
    });
  }

  /**
   * Every string of `value`. Names of members stay: they are ours. A number that JSON cannot hold, as a hostile surface
   * may send one (`1e999`), becomes a string.
   */
  json(value: Json, where: string): Json {
    if (typeof value === "string") return this.text(value, where);
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (value === null || typeof value !== "object") return value;
    if (isList(value)) return value.map((item) => this.json(item, where));
    return this.members(value, where);
  }

  /** The same for an object. */
  members(value: Members, where: string): Members {
    const members = Object.entries(value).map(([name, member]) => {
      return [name, member === undefined ? undefined : this.json(member, where)];
    });
    return Object.fromEntries(members);
  }

  #valuesAtPointers(bytes: Buffer): Set<string> {
    if (this.#pointers.length === 0) return new Set();
    const values = bodyValues({ length: bytes.length, bytes }).flatMap((value) =>
      this.#pointers.flatMap((pointer) => valuesAt(value, pointer)),
    );
    return new Set(values.filter((value) => typeof value === "string"));
  }

  #replaceIn(where: string): Replace {
    return (kind, name, value) => {
      this.#count(kind, this.text(name, where), where);
      return this.#mark(value);
    };
  }

  #count(kind: Redaction["kind"], name: string, where: string): void {
    const key = JSON.stringify([kind, name, where]);
    this.#counts.set(key, { kind, name, where, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  #mark(value: string): string {
    return `[REDACTED:${createHmac("sha256", this.#key).update(value).digest("hex").slice(0, 8)}]`;
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
