import type {
  Clock,
  CredentialVault,
  EvidenceCollector,
  ProxyManager,
  Random,
  Reporter,
  SessionPool,
  SurfaceAdapterRegistry,
  Validator,
} from "@bentham/core";
import type { ExecutorTelemetry } from "./events.ts";

/** What an attempt is made with: the ports the executor was given, and its own means. */
export interface ExecutorParts {
  readonly surfaceAdapters: SurfaceAdapterRegistry;
  readonly sessionPool: SessionPool | undefined;
  readonly proxyManager: ProxyManager | undefined;
  readonly evidenceCollector: EvidenceCollector | undefined;
  readonly credentialVault: CredentialVault | undefined;
  readonly validator: Validator;
  readonly reporter: Reporter | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: ExecutorTelemetry;
}
