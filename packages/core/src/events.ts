/** Calls what {@link Events.on} was given no more. */
export type Unsubscribe = () => void;

/** The side of {@link Events} that listeners see. */
export interface EventSource<Map> {
  /** Calls `listener` for each `name` from now on. Returns what ends it. */
  on<Name extends keyof Map>(name: Name, listener: (payload: Map[Name]) => void): Unsubscribe;
}

/**
 * Typed events, told in the order of subscription, at once. A listener that throws breaks neither the teller nor the
 * other listeners: its error goes to `onListenerError`.
 */
export class Events<Map> implements EventSource<Map> {
  readonly #listeners: { [Name in keyof Map]?: Set<(payload: Map[Name]) => void> } = {};
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on<Name extends keyof Map>(name: Name, listener: (payload: Map[Name]) => void): Unsubscribe {
    const listeners: Set<(payload: Map[Name]) => void> = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Map>(name: Name, payload: Map[Name]): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
