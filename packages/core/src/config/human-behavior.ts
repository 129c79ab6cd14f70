/** A lowest and a highest value, in milliseconds. */
export type MillisecondRange = readonly [min: number, max: number];

/** How input on web surfaces is timed and shaped, so that a page behaves as it does for people. */
export interface HumanBehaviorConfig {
  typing: {
    /** Slowest typist, in words (of 5 characters) a minute. @default 40 */
    minWPM: number;
    /** Fastest typist, in words a minute. @default 80 */
    maxWPM: number;
    /** Share of keys that are mistyped, and corrected, from 0 to 1. @default 0.02 */
    mistakeRate: number;
    /** Share of keys that are followed by a pause, from 0 to 1. @default 0.1 */
    pauseProbability: number;
  };
  mouse: {
    /** @default "bezier" */
    movementStyle: "bezier";
    /** How long the button is held, in milliseconds. @default [50, 200] */
    clickDelay: MillisecondRange;
  };
  timing: {
    /** Pause to read what has appeared, in milliseconds. @default [1000, 5000] */
    readingDelay: MillisecondRange;
    /** Pause after a page has come up, in milliseconds. @default [500, 2000] */
    navigationDelay: MillisecondRange;
    /** @default "gradual" */
    scrollBehavior: "gradual";
  };
}

/** How fast input is: as people's, the same events in less time, or with no imitation of people. */
export type HumanSpeed = "human" | "brisk" | "off";

/** The keyboards that are known, by the country whose they are. */
export type KeyboardName = "us" | "uk" | "german" | "french" | "spanish";

/** The parts of {@link HumanBehaviorConfig} that a study sets; what it leaves out keeps its default. */
export type HumanBehaviorOptions = {
  readonly [Part in keyof HumanBehaviorConfig]?: Partial<HumanBehaviorConfig[Part]>;
} & {
  /** `brisk` does the same in a quarter of the time; `off` imitates nobody. @default "human" */
  readonly speed?: HumanSpeed;
  /** The keyboard that is typed on; what it has no key for is inserted. @default "us" */
  readonly layout?: KeyboardName;
  /** `full` reads what has appeared to its end, `skim` for no longer than `readingDelay` says. @default "skim" */
  readonly readingMode?: "skim" | "full";
  /**
   * Whether now and then another page has the focus while there is something to read, never while something is typed. Pages
   * see a real blur and focus; `visibilitychange` is not to be had of a browser without a screen.
   * @default false
   */
  readonly focusPatterns?: boolean;
};

/** The defaults of {@link HumanBehaviorConfig}. */
export const DEFAULT_HUMAN_BEHAVIOR: HumanBehaviorConfig = {
  typing: { minWPM: 40, maxWPM: 80, mistakeRate: 0.02, pauseProbability: 0.1 },
  mouse: { movementStyle: "bezier", clickDelay: [50, 200] },
  timing: { readingDelay: [1000, 5000], navigationDelay: [500, 2000], scrollBehavior: "gradual" },
};
