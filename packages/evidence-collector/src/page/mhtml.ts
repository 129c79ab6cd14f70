/** The files of an MHTML archive (RFC 2557), as Chromium writes it, with what is between them. */
const QUOTED = /^Content-Transfer-Encoding: *quoted-printable\r?$/im;

/** Most characters of a line of quoted-printable (RFC 2045, section 6.7). */
const LONGEST_LINE = 76;

/**
 * Changes the texts of an MHTML archive. They are written as quoted-printable, in which a line ends in the middle of any
 * word, so that a value can be found only once that is undone. Parts that `change` leaves alone stay byte by byte.
 */
export function changeMhtml(mhtml: string, change: (text: string) => string): string {
  const boundary = /boundary="([^"\r\n]+)"/.exec(mhtml)?.[1];
  if (boundary === undefined) return change(mhtml);
  return mhtml
    .split(`--${boundary}`)
    .map((part) => changePart(part, change))
    .join(`--${boundary}`);
}

/** The archive's texts, read: what to look through for what must not be in it. */
export function readMhtml(mhtml: string): string {
  const texts: string[] = [];
  changeMhtml(mhtml, (text) => {
    texts.push(text);
    return text;
  });
  return texts.join("\n");
}

function changePart(part: string, change: (text: string) => string): string {
  const end = /\r?\n\r?\n/.exec(part);
  if (!end) return change(part);
  const bodyStart = end.index + end[0].length;
  const head = part.slice(0, bodyStart);
  const body = part.slice(bodyStart);
  const changedHead = change(head);
  if (!QUOTED.test(head)) return changedHead + (/Content-Transfer-Encoding: *base64/i.test(head) ? body : change(body));
  const text = fromQuotedPrintable(body);
  const changed = change(text);
  return changedHead + (changed === text ? body : toQuotedPrintable(changed));
}

/** Bytes are characters up to U+00FF here, before and after. */
function fromQuotedPrintable(quoted: string): string {
  return quoted
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function toQuotedPrintable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const quoted = line.replaceAll(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/g, (character) => {
        return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
      });
      return foldLine(quoted);
    })
    .join("\r\n");
}

/** Breaks a line, but never inside of a `=XX`. */
function foldLine(line: string): string {
  const pieces = line.match(new RegExp(`(?:=[0-9A-F]{2}|[^=]){1,${Math.floor((LONGEST_LINE - 1) / 3)}}`, "g"));
  return (pieces ?? []).join("=\r\n");
}
