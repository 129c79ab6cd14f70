import { crc32, deflateSync, inflateSync } from "node:zlib";

/** A part of a picture, in its pixels. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** How hard a part is packed, of 9: it is small. */
const LEVEL = 3;

/**
 * A part of a picture, pixel by pixel as it stands there: a tenth of what one more picture of the page costs. Reads what
 * Chromium writes, 8 bits a channel, RGB or RGBA, not interlaced (https://www.w3.org/TR/png-3/), and nothing else.
 *
 * @returns nothing for a PNG of another kind, or a box that is not within it.
 */
export function cropPng(png: Buffer, { left, top, width, height }: PixelBox): Buffer | undefined {
  const { head, data } = chunksOf(png);
  if (head?.length !== 13) return undefined;
  const step = channelsOf(head);
  const [wide, tall] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const isWithin = left >= 0 && top >= 0 && width > 0 && height > 0 && left + width <= wide && top + height <= tall;
  if (step === undefined || !isWithin) return undefined;
  const lines = inflateSync(data);
  const length = 1 + wide * step;
  const part = Buffer.alloc(height * (1 + width * step));
  for (let y = 0; y < top + height; y++) {
    const line = lines.subarray(y * length, (y + 1) * length);
    const above = y === 0 ? undefined : lines.subarray((y - 1) * length, y * length);
    unfilter(line, above, step);
    const from = 1 + left * step;
    // Each line of the part begins with the filter "none", 0.
    if (y >= top) line.copy(part, (y - top) * (1 + width * step) + 1, from, from + width * step);
  }
  const partHead = Buffer.from(head);
  partHead.writeUInt32BE(width, 0);
  partHead.writeUInt32BE(height, 4);
  const body = deflateSync(part, { level: LEVEL });
  return Buffer.concat([SIGNATURE, chunk("IHDR", partHead), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))]);
}

/** The width of a picture, in pixels. */
export function widthOfPng(png: Buffer): number {
  return chunksOf(png).head?.readUInt32BE(0) ?? 0;
}

function chunksOf(png: Buffer): { readonly head: Buffer | undefined; readonly data: Buffer } {
  let head: Buffer | undefined;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= png.length;) {
    const size = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + size);
    if (type === "IHDR") head = body;
    if (type === "IDAT") data.push(body);
    at += 12 + size;
  }
  return { head, data: Buffer.concat(data) };
}

/** Bytes of a pixel; nothing for a kind that is not read. */
function channelsOf(head: Buffer): 3 | 4 | undefined {
  const [bits, colour, interlace] = [head[8], head[9], head[12]];
  if (bits !== 8 || interlace !== 0) return undefined;
  return colour === 2 ? 3 : colour === 6 ? 4 : undefined;
}

/** Takes the filter off a line, in place; `above` has lost its own. The first byte of each names it. */
function unfilter(line: Buffer, above: Buffer | undefined, step: number): void {
  const end = line.length;
  switch (line[0] ?? 0) {
    case 1:
      for (let x = 1 + step; x < end; x++) line[x] = (line[x] ?? 0) + (line[x - step] ?? 0);
      break;
    case 2:
      if (above) for (let x = 1; x < end; x++) line[x] = (line[x] ?? 0) + (above[x] ?? 0);
      break;
    case 3:
      for (let x = 1; x < end; x++) line[x] = (line[x] ?? 0) + ((byteAt(line, x - step) + byteAt(above, x)) >> 1);
      break;
    case 4:
      for (let x = 1; x < end; x++) {
        line[x] = (line[x] ?? 0) + paeth(byteAt(line, x - step), byteAt(above, x), byteAt(above, x - step));
      }
  }
}

function byteAt(bytes: Buffer | undefined, index: number): number {
  return index < 1 ? 0 : (bytes?.[index] ?? 0);
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, "latin1");
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}
