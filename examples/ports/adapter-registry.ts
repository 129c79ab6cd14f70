import { BenthamError, type SurfaceAdapter, type SurfaceAdapterRegistry } from "@bentham/core";

/** A registry of one adapter, which asks the example surface at `url`. */
export function createAdapterRegistry(url: string): SurfaceAdapterRegistry {
  const adapter: SurfaceAdapter = {
    name: "example",
    version: "1",
    needs: { session: true },
    async ask(job, context) {
      const { credential, fetch, clock, signal } = context;
      const key = credential?.valueFor(url).reveal() ?? "";
      await context.beforeAsk();
      const sentAt = clock.monotonic();
      const response = await fetch(url, {
        method: "POST",
        body: job.query,
        headers: { authorization: `Bearer ${key}` },
        signal,
      });
      if (response.status === 401) throw new BenthamError("AUTH_FAILED", "the surface does not take the key");
      if (!response.ok) throw new BenthamError("OVERLOADED", `the surface answered with ${response.status}`);
      return { text: await response.text(), responseTimeMs: Math.round(clock.monotonic() - sentAt) };
    },
  };
  return {
    resolve(job) {
      if (job.surfaceId === "example") return adapter;
      throw new BenthamError("SURFACE_UNKNOWN", `no adapter asks "${job.surfaceId}"; this example knows "example"`);
    },
  };
}
