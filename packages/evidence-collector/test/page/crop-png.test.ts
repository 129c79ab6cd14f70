import { crc32, deflateSync, inflateSync } from "node:zlib";
import { array, assert, constantFrom, double, integer, property, record, tuple, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { cropPng, widthOfPng } from "../../src/page/crop-png.ts";

const picture = record({
  width: integer({ min: 1, max: 12 }),
  height: integer({ min: 1, max: 12 }),
  step: constantFrom(3, 4),
  filters: array(integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 }),
  bytes: uint8Array({ minLength: 12 * 12 * 4, maxLength: 12 * 12 * 4 }),
  corner: tuple(double({ min: 0, max: 0.99, noNaN: true }), double({ min: 0, max: 0.99, noNaN: true })),
  size: tuple(double({ min: 0, max: 1, noNaN: true }), double({ min: 0, max: 1, noNaN: true })),
}).map(({ corner, size, ...rest }) => {
  const [left, top] = [Math.floor(corner[0] * rest.width), Math.floor(corner[1] * rest.height)];
  const width = 1 + Math.floor(size[0] * (rest.width - left - 1));
  return { ...rest, box: { left, top, width, height: 1 + Math.floor(size[1] * (rest.height - top - 1)) } };
});

test("cuts a part out of any picture, whatever the filters of its lines, pixel by pixel", () => {
  assert(
    property(picture, ({ width, height, step, filters, bytes, box }) => {
      const png = pngOf(width, height, step, filters, bytes);
      const cut = cropPng(png, box);
      expect(widthOfPng(cut ?? Buffer.alloc(0))).toBe(box.width);
      const lines = Array.from({ length: box.height }, (_, y) => {
        const from = ((box.top + y) * width + box.left) * step;
        return [0, ...bytes.subarray(from, from + box.width * step)]; // 0: no filter.
      });
      expect([...inflateSync(dataOf(cut))]).toEqual(lines.flat());
    }),
  );
});

test("gives nothing for a box that is not within, or a picture of another kind", () => {
  const png = pngOf(4, 4, 3, [0, 0, 0, 0], new Uint8Array(48));
  expect(cropPng(png, { left: 2, top: 0, width: 3, height: 1 })).toBeUndefined();
  expect(cropPng(png, { left: 0, top: -1, width: 1, height: 1 })).toBeUndefined();
  const interlaced = Buffer.from(png);
  interlaced[28] = 1;
  expect(cropPng(interlaced, { left: 0, top: 0, width: 1, height: 1 })).toBeUndefined();
  expect(cropPng(Buffer.from("GIF89a"), { left: 0, top: 0, width: 1, height: 1 })).toBeUndefined();
});

/** A PNG of these pixels, each line by its filter (https://www.w3.org/TR/png-3/#9Filters). */
function pngOf(width: number, height: number, step: number, filters: readonly number[], bytes: Uint8Array): Buffer {
  const length = width * step;
  const at = (y: number, x: number): number => (x < 0 || y < 0 ? 0 : (bytes[y * length + x] ?? 0));
  const lines = Array.from({ length: height }, (_, y) => {
    const filter = filters[y] ?? 0;
    const filtered = Array.from({ length }, (__, x) => {
      const [left, up, corner] = [at(y, x - step), at(y - 1, x), x < step ? 0 : at(y - 1, x - step)];
      const predictions = [0, left, up, Math.floor((left + up) / 2), nearestOf(left, up, corner)];
      return at(y, x) - (predictions[filter] ?? 0);
    });
    return [filter, ...filtered];
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, step === 3 ? 2 : 6, 0, 0, 0], 8);
  const packed = deflateSync(Uint8Array.from(lines.flat()));
  const halves = [packed.subarray(0, 5), packed.subarray(5)]; // A stream may be in several chunks.
  const parts = [chunk("IHDR", head), ...halves.map((half) => chunk("IDAT", half)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

/** The Paeth predictor: of three neighbours the one that is nearest to left + up - corner, in this order. */
function nearestOf(left: number, up: number, corner: number): number {
  const distance = (value: number): number => Math.abs(left + up - corner - value);
  return [left, up, corner].reduce((best, value) => (distance(value) < distance(best) ? value : best));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}

/** The data of a PNG that has it in one chunk, behind its head. */
function dataOf(png: Buffer | undefined): Buffer {
  if (!png) throw new Error("nothing was cut");
  return png.subarray(41, 41 + png.readUInt32BE(33));
}
