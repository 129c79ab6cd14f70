/** How far one person is from another: the middle, and the deviation of the logarithm (or of the value, where said). */
export interface TypingFigures {
  /** Words a minute, lognormal, cut off at the configuration's range. */
  speed: {
    median: number;
    deviation: number;
    /** How much longer intervals are than their parts come to: what the reckoning leaves out. */
    allowance: number;
  };
  /** Time a key is held, in milliseconds: the person's median, and the deviation from key to key. */
  hold: {
    median: number;
    deviation: number;
    /** How much more of the holds of slow typists: the power of their interval. */
    withInterval: number;
    within: number;
    withinDeviation: number;
    /** How much of a hold's deviation is kept to the next key. */
    kept: number;
    /** Share of holds that are long, and how much more they are in the logarithm. */
    long: number;
    longMore: number;
    longDeviation: number;
    backspace: number;
  };
  /** Deviation of the logarithm of intervals of one person: its median, and how that differs between people. */
  unevenness: { median: number; deviation: number };
  /** A slow key: the logarithm of its interval is that much more, and varies that much; how often, by person. */
  slow: { more: number; deviation: number; hesitancyDeviation: number; tailDeviation: number };
  /** Speed comes and goes: how much of it is kept from key to key, and how much is new, by person. */
  drift: { kept: number; added: number; addedDeviation: number };
  /** What a pair of keys adds to the logarithm of the interval between them, and how often that is a slow one. */
  reaches: Record<
    "otherHand" | "sameHand" | "sameFinger" | "sameKey" | "wordEnd" | "wordStart" | "other",
    { more: number; slow: number; deviation: number }
  >;
  /** Shift goes down that much before its key, and up that much after it; in milliseconds. */
  shift: {
    lead: number;
    leadDeviation: number;
    personDeviation: number;
    rest: number;
    lag: number;
    lagDeviation: number;
  };
  mistakes: {
    /** How people differ in how many they make. */
    deviation: number;
    /** A wrong key takes longer. */
    wrong: number;
    /** Until the first Backspace, as a multiple of the person's median interval. */
    first: number;
    firstDeviation: number;
    firstPersonDeviation: number;
    /** Share of mistakes that are seen late, and how much later. */
    late: number;
    lateMore: number;
    lateDeviation: number;
    /** Until the next Backspace, in milliseconds. */
    next: number;
    nextDeviation: number;
    /** Until typing goes on, as a multiple of the person's median interval. */
    resumed: number;
    resumedDeviation: number;
    /** How many characters are taken back, from 1 up, as shares. */
    lengths: number[];
  };
}

/**
 * The figures of typing, fitted to the distributions of 385 people of 40 to 80 words a minute out of the public data of
 * V. Dhakal, A. M. Feit, P. O. Kristensson and O. Oulasvirta, "Observations on Typing from 136 Million Keystrokes", CHI
 * 2018: 15 transcribed sentences each. `npm run bench -- human` scores them beside people who were not fitted to.
 */
export const TYPING_FIGURES: TypingFigures = {
  speed: {
    median: 55.9,
    deviation: 0.32,
    allowance: 1.06,
  },
  hold: {
    median: 102.0,
    deviation: 0.201,
    withInterval: 0.183,
    within: 0.241,
    withinDeviation: 0.0702,
    kept: 0.12,
    long: 0.0235,
    longMore: 0.629,
    longDeviation: 0.3,
    backspace: 0.77,
  },
  unevenness: {
    median: 0.29,
    deviation: 0.18,
  },
  slow: {
    more: 0.727,
    deviation: 0.58,
    hesitancyDeviation: 0.27,
    tailDeviation: 0.215,
  },
  drift: {
    kept: 0.8,
    added: 0.1,
    addedDeviation: 0.4,
  },
  reaches: {
    otherHand: {
      more: -0.122,
      slow: 0.084,
      deviation: 0,
    },
    sameHand: {
      more: 0.06,
      slow: 0.15,
      deviation: 0,
    },
    sameFinger: {
      more: 0.258,
      slow: 0.12,
      deviation: 0.074,
    },
    sameKey: {
      more: 0.02,
      slow: 0.06,
      deviation: 0,
    },
    wordEnd: {
      more: -0.11,
      slow: 0.05,
      deviation: 0,
    },
    wordStart: {
      more: 0.1,
      slow: 0.37,
      deviation: 0.199,
    },
    other: {
      more: 0.55,
      slow: 0.5,
      deviation: 0,
    },
  },
  shift: {
    lead: 130.0,
    leadDeviation: 0.7,
    personDeviation: 0.159,
    rest: 33.5,
    lag: 80,
    lagDeviation: 45,
  },
  mistakes: {
    deviation: 0.58,
    wrong: 1.39,
    first: 3.03,
    firstDeviation: 0.34,
    firstPersonDeviation: 0.034,
    late: 0.091,
    lateMore: 0.57,
    lateDeviation: 0.5,
    next: 150,
    nextDeviation: 0.22,
    resumed: 1.46,
    resumedDeviation: 0.72,
    lengths: [0.55, 0.21, 0.1, 0.052, 0.03, 0.018, 0.012, 0.008, 0.006, 0.004, 0.003, 0.002, 0.002],
  },
};
