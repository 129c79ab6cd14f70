import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findSecret, secretFormsIn, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

const SECRET = 'sk-"quoted"/+key\n0123456789';

test.each([
  ["as it is", SECRET],
  ["URL-encoded", `https://host/?key=${encodeURIComponent(SECRET)}&more`],
  ["in JSON", JSON.stringify({ key: SECRET })],
  ["in hex", Buffer.from(`x${SECRET}y`).toString("hex")],
  ["in base64", Buffer.from(SECRET).toString("base64")],
  ["in base64, a byte behind", Buffer.from(`:${SECRET}:more`).toString("base64")],
  ["in base64, two bytes behind", Buffer.from(`::${SECRET}:more`).toString("base64")],
])("finds a secret %s", async (_form, content) => {
  await withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "file"), `before ${content} behind`);
    expect(await findSecret(folder, SECRET)).toHaveLength(1);
    expect(secretFormsIn(content, SECRET)).toHaveLength(1);
  });
});

test("finds nothing where there is nothing", async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "file"), "sk-another/key, and aGVsbG8gd29ybGQ=");
    expect(await findSecret(folder, SECRET)).toEqual([]);
  });
});
