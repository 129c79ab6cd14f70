/** First bytes of a site by a proxy that are remembered, the latest. */
const MOST_SAMPLES = 8;

/** Sites that are remembered for a location. */
const MOST_SITES = 100;

/** First bytes by the other proxies of the location, all together, from which on they tell what is usual. */
const OF_OTHERS = 3;

/** First bytes by the proxy itself, from which on they do, where there are no others to compare with. */
const OF_ITS_OWN = 5;

/** How many times as long as is usual is slow... */
const FACTOR = 4;

/** ... where that is also longer by this, in milliseconds: a person's wait, and more than networks vary by from one moment to the next. */
const MARGIN = 750;

/**
 * How long the proxies of a location take until the first byte of a site comes. A proxy is slow when that takes more than four times
 * as long as is usual, and more than 750 ms longer: the usual is the median of the other proxies' latest for the same site, so
 * that a site that takes its time makes nobody slow; else, where the others tell too little, of the proxy's own.
 */
export class Paces {
  /** By site and proxy, in milliseconds, the latest last. */
  readonly #samples = new Map<string, Map<string, number[]>>();

  /** Takes down a first byte; says in words how slow that is, and nothing where it is not. */
  add(key: string, site: string, ms: number): string | undefined {
    const ofSite = this.#ofSite(site);
    const own = ofSite.get(key) ?? [];
    const others = Array.from(ofSite).flatMap(([other, samples]) => (other === key ? [] : samples));
    const usual = others.length >= OF_OTHERS ? medianOf(others) : own.length >= OF_ITS_OWN ? medianOf(own) : undefined;
    ofSite.set(key, [...own, ms].slice(-MOST_SAMPLES));
    if (usual === undefined || ms <= usual * FACTOR || ms <= usual + MARGIN) return undefined;
    const whose = others.length >= OF_OTHERS ? "by the others" : "before";
    return `is slow: the first byte of ${site} took ${Math.round(ms)} ms, and ${Math.round(usual)} ms ${whose}`;
  }

  #ofSite(site: string): Map<string, number[]> {
    const known = this.#samples.get(site) ?? new Map<string, number[]>();
    this.#samples.delete(site); // The one that was asked last is the last.
    this.#samples.set(site, known);
    const [oldest = site] = this.#samples.keys();
    if (this.#samples.size > MOST_SITES) this.#samples.delete(oldest);
    return known;
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
