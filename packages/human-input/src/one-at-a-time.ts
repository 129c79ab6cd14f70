import { BenthamError, type HumanInput } from "@bentham/core";

/**
 * The same input, which does one thing at a time: somebody has two hands, but one pointer and one keyboard.
 *
 * @returns Input whose methods throw BenthamError INTERNAL while another one is at work.
 */
export function oneAtATime(input: HumanInput): HumanInput {
  let busyWith: string | undefined;
  const alone =
    <Values extends readonly unknown[], Value>(name: string, action: (...values: Values) => Promise<Value>) =>
    async (...values: Values): Promise<Value> => {
      if (busyWith !== undefined) {
        const message = `${name} was called while ${busyWith} is at work on the page: await it first`;
        throw new BenthamError("INTERNAL", message);
      }
      busyWith = name;
      try {
        return await action(...values);
      } finally {
        busyWith = undefined;
      }
    };
  return {
    click: alone("click", (target) => input.click(target)),
    hover: alone("hover", (target) => input.hover(target)),
    scrollTo: alone("scrollTo", (target) => input.scrollTo(target)),
    type: alone("type", (text, options) => input.type(text, options)),
    write: alone("write", (target, text, options) => input.write(target, text, options)),
    insert: alone("insert", (text) => input.insert(text)),
    clear: alone("clear", () => input.clear()),
    press: alone("press", (key) => input.press(key)),
    pause: alone("pause", (kind, text) => input.pause(kind, text)),
    record: () => input.record(),
  };
}
