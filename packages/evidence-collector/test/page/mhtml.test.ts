import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { changeMhtml } from "../../src/page/mhtml.ts";
import { readMhtml } from "../support/read-mhtml.ts";

const HEAD = 'From: <Saved by Blink>\r\nContent-Type: multipart/related; boundary="----b"\r\n\r\n';

function archiveOf(body: string): string {
  const part = `\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}\r\n`;
  return `${HEAD}------b${part}------b\r\nContent-Transfer-Encoding: base64\r\n\r\nc2VjcmV0\r\n------b--\r\n`;
}

test("finds a value that a line's end cuts in two", () => {
  const archive = archiveOf("<p>sec=\r\nret=3D1</p>");
  expect(readMhtml(archive)).toContain("<p>secret=1</p>");
  const { mhtml: changed, text } = changeMhtml(archive, (part) => part.replaceAll("secret", "[gone]"));
  expect(text).toContain("<p>[gone]=1</p>");
  expect(readMhtml(changed)).toContain("<p>[gone]=1</p>");
  expect(changed).toContain("c2VjcmV0");
});

test("leaves an archive in which nothing is changed byte by byte", () => {
  const archive = archiveOf("<p>=C3=BC =\r\n</p>\r\n\r\n");
  expect(changeMhtml(archive, (text) => text).mhtml).toBe(archive);
});

test("writes any text so that it is read again, in lines of 76 at most", () => {
  assert(
    property(string({ unit: "binary", maxLength: 400 }), (text) => {
      const bytes = Buffer.from(text.replaceAll(/[\r\n]/g, " ")).toString("latin1");
      const { mhtml: changed } = changeMhtml(archiveOf("x"), (part) => (part === "x\r\n" ? `${bytes}\r\n` : part));
      expect(readMhtml(changed)).toContain(bytes);
      for (const line of changed.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
    }),
  );
});
