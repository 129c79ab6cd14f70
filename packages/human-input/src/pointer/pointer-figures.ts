/** What is known of how people move a pointer; shares are of a way's distance and time. */
export interface PointerFigures {
  /**
   * Time of a way = a + b * log2(D / 60 + 1) ms for a target 60 pixels wide, and `width` ms more or less for each time that
   * the target's being of another width doubles or halves D / W + 1; how people differ in it, and ways.
   */
  time: { a: number; b: number; width: number; personDeviation: number; deviation: number };
  /** The first stroke to the target: how much of the way it covers, how far askew (radians), when and how sharply. */
  primary: {
    gain: number;
    gainDeviation: number;
    askew: number;
    median: number;
    medianDeviation: number;
    sigma: number;
    sigmaDeviation: number;
  };
  /** Strokes that follow, until no more is left than `enough`, in CSS pixels. */
  correction: {
    most: number;
    enough: number;
    gain: number;
    gainDeviation: number;
    /** When the first one begins, in medians of the stroke before, and the next ones. */
    first: number;
    after: number;
    afterDeviation: number;
    askew: number;
    median: number;
    medianDeviation: number;
    sigma: number;
  };
  /** How often the hand starts out somewhere else, how far, and how soon. */
  stray: {
    chance: number;
    share: number;
    pixels: number;
    median: number;
    sigma: number;
    /** How long before the first stroke to the target. */
    before: number;
    beforeDeviation: number;
  };
  /** How often a way goes by somewhere else altogether, and how far. */
  detour: { chance: number; share: number; pixels: number };
  /** How far ways bend to a side: share of those that hardly do, and the deviations. */
  bend: { straight: number; small: number; large: number };
  /** Rest before the button goes down, and how long it is held; medians in milliseconds. */
  dwell: { median: number; personDeviation: number; deviation: number; longest: number };
  hold: { median: number; personDeviation: number; deviation: number };
  /** Share of mice that tell of a place every 8 ms; the others do at every frame. */
  fastMice: number;
  /** Where ways end: the deviations along and across the way, as shares of the target. */
  end: { along: number; across: number };
}

/**
 * The figures of the pointer, fitted to the distributions of 40 people's 2,396 ways out of the public data of M. Antal,
 * N. Fejer and K. Buza, "SapiMouse", 2021; `width`, `end` are of J. Gori's Fitts_xp (7 people, 1,669 ways to targets of
 * known width). `npm run bench -- human` scores them beside people who were not fitted to.
 */
export const POINTER_FIGURES: PointerFigures = {
  time: {
    a: 307.0,
    b: 107.0,
    width: 200,
    personDeviation: 0.175,
    deviation: 0.258,
  },
  primary: {
    gain: 0.9,
    gainDeviation: 0.347,
    askew: 0.0976,
    median: 1,
    medianDeviation: 0.678,
    sigma: 0.328,
    sigmaDeviation: 0.299,
  },
  correction: {
    most: 3,
    enough: 9.54,
    gain: 0.867,
    gainDeviation: 0.257,
    first: 1.2,
    after: 0.904,
    afterDeviation: 0.241,
    askew: 0.0706,
    median: 0.645,
    medianDeviation: 0.4,
    sigma: 0.29,
  },
  stray: {
    chance: 0.451,
    share: 0.034,
    pixels: 19.1,
    median: 0.123,
    sigma: 0.456,
    before: 0.737,
    beforeDeviation: 0,
  },
  detour: {
    chance: 0.123,
    share: 0.599,
    pixels: 243.0,
  },
  bend: {
    straight: 0.581,
    small: 0.041,
    large: 0.1,
  },
  dwell: {
    median: 63.4,
    personDeviation: 0.765,
    deviation: 0.67,
    longest: 1200,
  },
  hold: {
    median: 79.2,
    personDeviation: 0.27,
    deviation: 0.15,
  },
  fastMice: 0.09,
  end: {
    along: 0.25,
    across: 0.22,
  },
};
