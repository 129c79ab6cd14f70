/** Calls what {@link Events.on} was given no more. */
export type Unsubscribe = () => void;

/** The side of {@link Events} that listeners see. */
export interface EventSource<Map> {
  /** Calls `listener` for each `name` from now on. Returns what ends it. */
  on<Name extends keyof Map>(name: Name, listener: (payload: Map[Name]) => void): Unsubscribe;
}

/** One call of {@link Events.on}: the same function may be subscribed twice. */
interface Subscription<Payload> {
  readonly listener: (payload: Payload) => void;
}

/**
 * Typed events, told in the order of subscription, at once. A listener that throws breaks neither the teller nor the
 * other listeners: its error goes to `onListenerError`.
 */
export class Events<Map> implements EventSource<Map> {
  readonly #subscriptions: { [Name in keyof Map]?: Set<Subscription<Map[Name]>> } = {};
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on<Name extends keyof Map>(name: Name, listener: (payload: Map[Name]) => void): Unsubscribe {
    const subscriptions: Set<Subscription<Map[Name]>> = (this.#subscriptions[name] ??= new Set());
    const subscription = { listener };
    subscriptions.add(subscription);
    return () => void subscriptions.delete(subscription);
  }

  emit<Name extends keyof Map>(name: Name, payload: Map[Name]): void {
    const subscriptions = this.#subscriptions[name];
    if (!subscriptions) return;
    // Over a copy: a listener that comes while this is told hears of the next one, and one that went hears no more.
    for (const subscription of Array.from(subscriptions)) {
      if (!subscriptions.has(subscription)) continue;
      try {
        subscription.listener(payload);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
