import { inspect } from "node:util";

/** What a secret prints as, wherever it is printed by accident. */
const MASK = "[secret]";

/**
 * A value that must reach no file, log line or message. It prints as `[secret]` in strings, JSON and `util.inspect`;
 * only {@link Secret.reveal} gives the value, so that every use can be found by that name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Hand it to the request that needs it and to nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  static {
    Object.defineProperty(Secret.prototype, inspect.custom, { value: () => MASK });
  }
}
