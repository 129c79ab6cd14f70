/** How long the answer of a site by another proxy tells whose fault it is, in milliseconds. */
const TELLING = 10 * 60_000;

/**
 * Whose fault it is when a proxy takes connections, and leads no further: the site's, unless the same site answered by another
 * proxy not long ago, or the proxy leads to other sites no more either. Else one site that is down would take all proxies down.
 */
export class Doubts {
  /** By which proxy a site answered last, and when. */
  readonly #answered = new Map<string, { readonly key: string; readonly at: number }>();
  /** The sites that each proxy did not lead to since it last led anywhere. */
  readonly #missed = new Map<string, Set<string>>();

  /** A site answered by a proxy. */
  worked(key: string, site: string, now: number): void {
    this.#answered.set(site, { key, at: now });
    this.#missed.delete(key);
  }

  /** A site did not answer by a proxy. Whether that is the proxy's fault. */
  isOfProxy(key: string, site: string, now: number): boolean {
    const missed = this.#missed.get(key) ?? new Set();
    this.#missed.set(key, missed.add(site));
    const last = this.#answered.get(site);
    return missed.size > 1 || (last !== undefined && last.key !== key && now - last.at < TELLING);
  }
}
