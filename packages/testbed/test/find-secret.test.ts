import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findSecret, secretFormsIn, withTemporaryFolder } from "@bentham/testbed";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const SECRET = 'sk-"quoted"/+key &\n0123456789';

test.each([
  ["raw", SECRET],
  ["URL-encoded", `https://host/?key=${encodeURIComponent(SECRET)}&more`],
  ["URL-encoded in lower case", `?key=${encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase())}`],
  ["form-encoded", new URLSearchParams({ key: SECRET, more: "1" }).toString()],
  ["JSON-escaped", JSON.stringify({ key: SECRET })],
  ["HTML-escaped", "<b>sk-&quot;quoted&quot;/+key &amp;\n0123456789</b>"],
  ["hex", Buffer.from(`x${SECRET}y`).toString("hex")],
  ["hex in upper case", Buffer.from(SECRET).toString("hex").toUpperCase()],
  ["base64 at 0", Buffer.from(SECRET).toString("base64")],
  ["base64 at 1", Buffer.from(`:${SECRET}:more`).toString("base64")],
  ["base64 at 2", Buffer.from(`::${SECRET}:more`).toString("base64")],
])("finds a secret in a file: %s", async (form, content) => {
  await withTemporaryFolder(async (folder) => {
    await mkdir(join(folder, "deep", "deeper"), { recursive: true });
    const file = join(folder, "deep", "deeper", "file");
    await writeFile(file, `before ${content} behind`);
    expect(await findSecret(folder, SECRET)).toEqual([{ file, form }]);
    expect(secretFormsIn(content, SECRET)).toEqual([form]);
  });
});

test("finds a secret in base64 and base64url whatever stands around it", () => {
  const bytes = fc.uint8Array({ maxLength: 10 });
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), bytes, bytes, (secret, before, behind) => {
      const text = Buffer.concat([before, Buffer.from(secret), behind]);
      expect(secretFormsIn(text.toString("base64"), secret)).not.toEqual([]);
      expect(secretFormsIn(text.toString("base64url"), secret)).not.toEqual([]);
    }),
  );
});

test("finds a secret in a file's name, and in what gzip has packed", async () => {
  await withTemporaryFolder(async (folder) => {
    const name = "sk-0123456789";
    await writeFile(join(folder, `key-${name}`), "nothing");
    await writeFile(join(folder, "record.warc.gz"), Buffer.concat([gzipSync("first member"), gzipSync(`a ${name}`)]));
    expect((await findSecret(folder, name)).map(({ form }) => form).toSorted()).toEqual(["gzip: raw", "name: raw"]);
  });
});

test("finds nothing where there is nothing, in what is cut off, and beyond links", async () => {
  await withTemporaryFolder(async (folder) => {
    await withTemporaryFolder(async (elsewhere) => {
      await writeFile(join(elsewhere, "file"), SECRET);
      await symlink(join(elsewhere, "file"), join(folder, "link"));
      await writeFile(join(folder, "file"), "sk-another/key, and aGVsbG8gd29ybGQ=");
      await writeFile(join(folder, "cut.gz"), gzipSync("nothing at all").subarray(0, 15));
      expect(await findSecret(folder, SECRET)).toEqual([]);
    });
  });
});

test("does not look for what is found in innocent text", async () => {
  await withTemporaryFolder(async (folder) => {
    await expect(findSecret(folder, "short")).rejects.toThrow(RangeError);
  });
  expect(() => secretFormsIn("a short text", "short")).toThrow(RangeError);
});
