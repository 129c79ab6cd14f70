// The figures of human input: the defaults of its configuration.

import type { HumanBehaviorConfig as Configuration } from "@bentham/executor";

interface HumanBehaviorConfig {
  typing: {
    minWPM: 40;
    maxWPM: 80;
    mistakeRate: 0.02; // 2% typos (corrected)
    pauseProbability: 0.1; // 10% mid-typing pause
  };
  mouse: {
    movementStyle: "bezier";
    clickDelay: [50, 200]; // ms
  };
  timing: {
    readingDelay: [1000, 5000];
    navigationDelay: [500, 2000];
    scrollBehavior: "gradual";
  };
}

const figures: HumanBehaviorConfig = {
  typing: { minWPM: 40, maxWPM: 80, mistakeRate: 0.02, pauseProbability: 0.1 },
  mouse: { movementStyle: "bezier", clickDelay: [50, 200] },
  timing: { readingDelay: [1000, 5000], navigationDelay: [500, 2000], scrollBehavior: "gradual" },
};

// Whoever types slower says so, and keeps the rest.
const slower: Configuration = { ...figures, typing: { ...figures.typing, minWPM: 20, maxWPM: 40 } };
console.log(
  `from ${slower.typing.minWPM} to ${slower.typing.maxWPM} words a minute, clicks of ${slower.mouse.clickDelay.join(" to ")} ms`,
);
