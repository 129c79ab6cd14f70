import { BenthamError, type Box } from "@bentham/core";
import { isInside, type Point, visiblePart } from "./point.ts";

/**
 * The part of a box that is in sight: below and right of the viewport's upper left corner, and within its size where that
 * is known.
 *
 * @throws BenthamError INVALID_REQUEST for a box of no finite size, and for one that is nowhere in sight.
 */
export function boxInSight(
  box: Box,
  size: { readonly width: number; readonly height: number } | null | undefined,
): Box {
  const { x, y, width, height } = box;
  const { width: right, height: down } = size ?? { width: Infinity, height: Infinity };
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0) {
    throw refused(`a box needs a finite place and a size above 0, and is ${width} x ${height} at ${x}, ${y}`);
  }
  if (!(right > 0 && down > 0)) throw refused(`the viewport needs a size above 0, and is ${right} x ${down}`);
  const sight = { x: 0, y: 0, width: right, height: down };
  if (isInside(box, sight) && isInside({ x: x + width, y: y + height }, sight)) return box;
  const seen = visiblePart(box, sight);
  if (seen) return seen;
  throw refused(`the box ${width} x ${height} at ${x}, ${y} is out of sight: the viewport is ${right} x ${down}`);
}

/** @throws BenthamError INVALID_REQUEST for a place that is no two finite numbers. */
export function checkPoint(name: string, { x, y }: Point): void {
  if (!Number.isFinite(x) || !Number.isFinite(y))
    throw refused(`${name} must be two finite numbers, and is ${x}, ${y}`);
}

function refused(message: string): BenthamError {
  return new BenthamError("INVALID_REQUEST", `no way of the pointer can be planned: ${message}`);
}
