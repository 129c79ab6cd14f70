/**
 * What a time-stamp authority does with queries to come.
 *
 * - `ok`: stamps what it is sent.
 * - `away`: nothing listens on its port.
 * - `hang`: takes the query, and says nothing, ever.
 * - `http-500`: fails, in words that are no time stamp.
 * - `garbage`: answers 200 with bytes that are no time stamp.
 * - `rejection`: answers by a status of RFC 3161 that it will not.
 * - `wrong-imprint`, `wrong-nonce`, `no-nonce`, `wrong-policy`: a good token, for something else than was asked.
 * - `expired-certificate`: signs with a certificate that had expired by then.
 * - `other-purpose`: signs with a certificate that is not for time stamps.
 * - `other-authority`: signs with a certificate of an authority that nobody knows, under the same names.
 * - `no-certificate`: leaves its certificate out, which was asked for.
 * - `spoiled-signature`: a token whose signature is not of it.
 */
export type TimeStampBehaviour =
  | "ok"
  | "away"
  | "hang"
  | "http-500"
  | "garbage"
  | "rejection"
  | "wrong-imprint"
  | "wrong-nonce"
  | "no-nonce"
  | "wrong-policy"
  | "expired-certificate"
  | "other-purpose"
  | "other-authority"
  | "no-certificate"
  | "spoiled-signature";
