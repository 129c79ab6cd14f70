import { inflateSync } from "node:zlib";

/** A picture, four bytes for each pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Buffer;
}

/** Decodes what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced (https://www.w3.org/TR/png-3/). */
export function decodePng(bytes: Buffer): Pixels {
  const data: Buffer[] = [];
  let head = Buffer.alloc(0);
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const body = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    const type = bytes.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") head = Buffer.from(body);
    if (type === "IDAT") data.push(body);
  }
  const [width, height, channels] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
  if (head[8] !== 8 || (head[9] !== 2 && head[9] !== 6) || head[12] !== 0) throw new Error("a PNG of another kind");
  const lines = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const rgba = Buffer.alloc(4 * width * height, 255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    lines.copy(rgba, 4 * pixel, channels * pixel, channels * (pixel + 1));
  }
  return { width, height, rgba };
}

/** How many different colours are in it. */
export function coloursIn({ rgba }: Pixels): number {
  const colours = new Set<number>();
  for (let at = 0; at < rgba.length; at += 4) colours.add(rgba.readUInt32BE(at));
  return colours.size;
}

/** Whether `part` stands somewhere in `whole`, pixel by pixel. */
export function isPartOf(part: Pixels, whole: Pixels): boolean {
  const lineOf = ({ rgba, width }: Pixels, x: number, y: number): Buffer =>
    rgba.subarray(4 * (y * width + x), 4 * (y * width + x + part.width));
  // A line through the middle is rarer than the first, which may be as blank as most of the page.
  const middle = Math.floor(part.height / 2);
  const wanted = lineOf(part, 0, middle);
  for (let at = whole.rgba.indexOf(wanted); at !== -1; at = whole.rgba.indexOf(wanted, at + 1)) {
    const x = (at / 4) % whole.width;
    const top = Math.floor(at / 4 / whole.width) - middle;
    if (at % 4 !== 0 || x + part.width > whole.width || top < 0 || top + part.height > whole.height) continue;
    let same = 0;
    while (same < part.height && lineOf(part, 0, same).equals(lineOf(whole, x, top + same))) same++;
    if (same === part.height) return true;
  }
  return false;
}

function unfiltered(filtered: Buffer, length: number, height: number, step: number): Buffer {
  const lines = Buffer.alloc(length * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (length + 1)];
    for (let x = 0; x < length; x++) {
      const left = x < step ? 0 : (lines[y * length + x - step] ?? 0);
      const up = y === 0 ? 0 : (lines[(y - 1) * length + x] ?? 0);
      const corner = x < step || y === 0 ? 0 : (lines[(y - 1) * length + x - step] ?? 0);
      const predicted = predict(filter, left, up, corner);
      lines[y * length + x] = ((filtered[y * (length + 1) + 1 + x] ?? 0) + predicted) & 255;
    }
  }
  return lines;
}

function predict(filter: number | undefined, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return Math.floor((left + up) / 2);
    case 4:
      return paeth(left, up, corner);
    default:
      return 0;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
