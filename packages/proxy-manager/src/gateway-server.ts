import { Server, type ServerOptions } from "proxy-chain";

/** What became of a connection through a proxy, as only the log of proxy-chain has it. */
export type LoggedTrouble =
  /** Of a SOCKS proxy, in the words of the package `socks`. */
  | { readonly kind: "socks"; readonly reason: string }
  /** An HTTP proxy answered a request without a tunnel with status 407. */
  | { readonly kind: "refused" };

const SOCKS =
  /^(?:Failed to connect to upstream SOCKS proxy|Chain SOCKS Destination Socket Error:) (?:\w*Error: )?([^\n]*)/;
const REFUSED = "Invalid upstream proxy credentials";

/**
 * proxy-chain's server, which tells by events only what becomes of tunnels through HTTP proxies: what becomes of SOCKS
 * proxies, and a refusal of a plain request, is heard from its log.
 */
export class GatewayServer extends Server {
  readonly #onTrouble: (connectionId: unknown, trouble: LoggedTrouble) => void;

  constructor(options: ServerOptions, onTrouble: (connectionId: unknown, trouble: LoggedTrouble) => void) {
    super(options);
    this.#onTrouble = onTrouble;
  }

  override log(connectionId: unknown, message: string): void {
    const [, reason] = SOCKS.exec(message) ?? [];
    if (reason !== undefined) this.#onTrouble(connectionId, { kind: "socks", reason });
    else if (message.endsWith(REFUSED)) this.#onTrouble(connectionId, { kind: "refused" });
  }
}
