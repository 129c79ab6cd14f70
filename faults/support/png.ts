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
  const line = (picture: Pixels, x: number, y: number): Buffer =>
    picture.rgba.subarray(4 * (y * picture.width + x), 4 * (y * picture.width + x + part.width));
  for (let y = 0; y + part.height <= whole.height; y++) {
    for (let x = 0; x + part.width <= whole.width; x++) {
      let same = 0;
      while (same < part.height && line(part, 0, same).equals(line(whole, x, y + same))) same++;
      if (same === part.height) return true;
    }
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
      const predicted = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][filter ?? 0] ?? 0;
      lines[y * length + x] = ((filtered[y * (length + 1) + 1 + x] ?? 0) + predicted) & 255;
    }
  }
  return lines;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
