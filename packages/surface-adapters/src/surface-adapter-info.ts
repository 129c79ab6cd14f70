/** What a plan must know of an adapter before anything is asked. */
export interface SurfaceAdapterInfo {
  /** What a study calls it. */
  readonly name: string;
  /** Raised when its requests or its reading of answers change. */
  readonly version: string;
  /** The pool its credential comes from unless the study names another. @default asked without a credential */
  readonly defaultCredentialPool?: string;
  /** Whether the study must say where the surface is. @default false */
  readonly requiresBaseURL?: boolean;
  /** Where the surface is unless the study names another place. */
  readonly defaultBaseURL?: string;
  /** The model asked unless the study names another. Without one, the study must. */
  readonly defaultModel?: string;
  /** Whether one asks a model of it. A page is asked as it is. @default true */
  readonly asksModel?: boolean;
}
