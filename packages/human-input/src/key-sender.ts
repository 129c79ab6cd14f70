import { DevTools } from "./dev-tools.ts";
import type { InputPage } from "./input-page.ts";
import { keyCommand } from "./typing/key-command.ts";
import type { KeyboardLayout } from "./typing/keyboard-layout.ts";

/** Presses keys of one keyboard on a page, and knows which are down. */
export class KeySender {
  readonly #page: InputPage;
  readonly #layout: KeyboardLayout;
  readonly #held = new Set<string>();

  constructor(page: InputPage, layout: KeyboardLayout) {
    this.#page = page;
    this.#layout = layout;
  }

  /** The keys that are down, in the order in which they went down. */
  get held(): readonly string[] {
    return [...this.#held];
  }

  async down(key: string): Promise<void> {
    this.#held.add(key);
    await this.#send(key, "keyDown");
  }

  async up(key: string): Promise<void> {
    // Forgotten once it is up: whoever is interrupted lets go of what is left.
    await this.#send(key, "keyUp");
    this.#held.delete(key);
  }

  async #send(key: string, direction: "keyDown" | "keyUp"): Promise<void> {
    const { keyboard } = this.#page;
    if (this.#layout.name !== "us") {
      const devTools = await DevTools.of(this.#page);
      const command = keyCommand(this.#layout, key, direction, this.#held);
      if (devTools && command) return devTools.key(command);
    }
    return direction === "keyDown" ? keyboard.down(key) : keyboard.up(key);
  }
}
