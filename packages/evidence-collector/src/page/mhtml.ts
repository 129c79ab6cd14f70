/** The files of an MHTML archive (RFC 2557), as Chromium writes it, with what is between them. */
const QUOTED = /^Content-Transfer-Encoding: *quoted-printable\r?$/im;

/** Most characters of a line of quoted-printable (RFC 2045, section 6.7). */
const LONGEST_LINE = 76;

/** An archive, and its texts, read: what to look through for what must not be in it. */
export interface ReadableMhtml {
  readonly mhtml: string;
  readonly text: string;
}

/**
 * Changes the texts of an MHTML archive. They are written as quoted-printable, in which a line ends in the middle of any
 * word, so that a value can be found only once that is undone. Parts that `change` leaves alone stay byte by byte.
 */
export function changeMhtml(mhtml: string, change: (text: string) => string): ReadableMhtml {
  const boundary = /boundary="([^"\r\n]+)"/.exec(mhtml)?.[1];
  const parts =
    boundary === undefined ? [changed(mhtml, change)] : mhtml.split(`--${boundary}`).map(partChanger(change));
  return {
    mhtml: parts.map((part) => part.mhtml).join(`--${boundary}`),
    text: parts.map(({ text }) => text).join("\n"),
  };
}

function partChanger(change: (text: string) => string): (part: string) => ReadableMhtml {
  return (part) => {
    const end = /\r?\n\r?\n/.exec(part);
    if (!end) return changed(part, change);
    const bodyStart = end.index + end[0].length;
    const head = change(part.slice(0, bodyStart));
    const body = changeBody(part.slice(0, bodyStart), part.slice(bodyStart), change);
    return { mhtml: head + body.mhtml, text: `${head}\n${body.text}` };
  };
}

function changeBody(head: string, body: string, change: (text: string) => string): ReadableMhtml {
  if (/Content-Transfer-Encoding: *base64/i.test(head)) return { mhtml: body, text: "" };
  if (!QUOTED.test(head)) return changed(body, change);
  const before = fromQuotedPrintable(body);
  const text = change(before);
  return { mhtml: text === before ? body : toQuotedPrintable(text), text };
}

function changed(text: string, change: (text: string) => string): ReadableMhtml {
  const after = change(text);
  return { mhtml: after, text: after };
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
