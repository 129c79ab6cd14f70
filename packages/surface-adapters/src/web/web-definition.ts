/** Candidates, in order: the first one that is there, and visible, counts. */
export type Candidates = readonly string[];

/**
 * A web surface as data: where things are on its pages. Candidates are CSS selectors, found in open shadow roots too. Where
 * nothing matches that must be there, the surface has changed, and that is what its cells say.
 */
export interface WebDefinition {
  /** What a study calls it. */
  readonly name: string;
  /** Raised when it changes. */
  readonly version: string;
  /** Where a fresh conversation starts, unless the study or the operator names another place. */
  readonly start?: string;
  /** When a person, or a run, has last seen the candidates match, as `2026-11-23`. */
  readonly verified?: string;
  /** A banner that asks for consent, and the control that refuses what can be refused. */
  readonly consent?: { readonly banner: Candidates; readonly reject: Candidates };
  /** Where the question is typed: a text field or an element that is edited. */
  readonly composer: Candidates;
  /** What sends it: controls, or a key as `key:Enter`, by the name of `KeyboardEvent.key`. */
  readonly send: Candidates;
  /** One answer's part of the conversation; the last one counts. */
  readonly answer: Candidates;
  /** The answer's text in it. @default all of it */
  readonly answerText?: Candidates;
  /** Visible while the answer is being written. */
  readonly busy: Candidates;
  /** Visible, inside of the last answer, once it is complete. */
  readonly done: Candidates;
  /** Links to sources, inside of the last answer. @default its links to other places */
  readonly citations?: Candidates;
  /** Visible where one has to sign in before anything can be asked. */
  readonly login?: Candidates;
  /** Visible where the account is locked or suspended: nothing is asked with it before a person has seen to it. */
  readonly locked?: Candidates;
  /** Where the page says that something went wrong. @default `[role=alert]` */
  readonly alerts?: Candidates;
  /** Part of the path of the request that asks, such as `/api/ask`: its status and its end tell more than the page. */
  readonly askPath?: string;
  /**
   * JSON pointers (RFC 6901; `*` stands for every item) to the pieces of the answer's text in what that request is
   * answered: in its JSON, in each event of its stream, or in each message of a WebSocket. The first that leads to a text
   * counts in each. The evidence compares them with the page. @default the evidence looks for the text
   */
  readonly answerAt?: readonly string[];
  /** JSON pointers to values that must not be kept, in anything that is sent or received. */
  readonly secretsAt?: readonly string[];
}
