import { type Arbitrary, array, integer } from "fast-check";

/** Any text: controls, marks of direction, lone surrogates and all. */
export const anyText: Arbitrary<string> = array(integer({ min: 0, max: 0xffff }), { maxLength: 400 }).map((units) =>
  String.fromCharCode(...units),
);
