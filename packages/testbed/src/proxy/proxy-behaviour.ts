/**
 * What a proxy does with connections to come. Plain JSON, so that it can be told to a proxy in another process.
 *
 * - `ok`: carries whatever is asked of it, to whoever may ask.
 * - `refuse`: nothing listens on its port; connections that were open are closed.
 * - `407`: lets nobody in, whatever name and password they give.
 * - `502-connect`, `403-connect`: answers CONNECT with that; plain requests, too.
 * - `hang-connect`: takes the request for a connection, and says nothing, ever.
 * - `slow`: gives one byte of the target's answer a second.
 * - `delayMs`: gives the target's answer, or what comes first through a tunnel, so much later, and the rest at once.
 * - `dropAfterBytes`: breaks the connection off (RST) after so many bytes of the target's answer: of its body, or of what
 *   comes through a tunnel, the TLS handshake counted in.
 */
export type ProxyBehaviour =
  | "ok"
  | "refuse"
  | "407"
  | "502-connect"
  | "403-connect"
  | "hang-connect"
  | "slow"
  | { readonly delayMs: number }
  | { readonly dropAfterBytes: number };
