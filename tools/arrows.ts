// Resource packages never import one another, nothing imports upward, and `runtime` alone wires the parts together.

/** What a job takes hold of, asks through, or is judged by; the executor knows them by their ports in core. */
const resources: readonly string[] = [
  "credential-vault",
  "proxy-manager",
  "session-pool",
  "evidence-collector",
  "validator",
  "surface-adapters",
];

const wired: readonly string[] = [
  "core",
  ...resources,
  "human-input",
  "job-store",
  "executor",
  "orchestrator",
  "report",
];

/** Programs outside the packages take whatever a user could. */
const everything: readonly string[] = [...wired, "verify", "runtime", "cli", "testbed"];

/**
 * Which package or folder may import which: the only list. The linter's rule `bentham/arrows` reads it, and so do the
 * tests of the manifests. A package's tests may import the testbed and the package itself besides. A package that the
 * tree does not hold yet has its place already.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  "human-input": ["core"],
  "credential-vault": ["core"],
  "proxy-manager": ["core"],
  "session-pool": ["core"],
  verify: [],
  "evidence-collector": ["core", "verify"],
  validator: ["core"],
  "surface-adapters": ["core"],
  "job-store": ["core"],
  executor: ["core", "human-input"],
  orchestrator: ["core", "validator"],
  report: ["core"],
  runtime: wired,
  cli: ["core", "runtime", "orchestrator", "report", "verify", "testbed"],
  testbed: ["core"],
  bench: [...everything, "tools"],
  examples: everything,
  faults: [...everything, "tools"],
  tools: [],
};

/** The package whose tests' servers and contract suites every other package's tests may use. */
export const TESTBED = "testbed";
