/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What the view is told beside the pictures, as `WindowState` has it. */
interface ViewState {
  readonly windows: readonly { readonly id: number; readonly name: string }[];
  readonly current: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly dialog?: {
    readonly id: number;
    readonly type: string;
    readonly from: string;
    readonly message: string;
    readonly value: string;
  };
}

/**
 * What runs in the view's page: it shows the pictures, and sends what the person does, in order, a batch at a time. It is
 * served as the text of this function, which therefore uses nothing from outside of it.
 */
export function viewScript(): void {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- nothing outside of the function is there in the page
  const find = (selector: string): HTMLElement => {
    const found = document.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  };
  const picture = find("#picture");
  const status = find("#status");
  let size = { width: Number(picture.dataset["width"]), height: Number(picture.dataset["height"]) };
  const waiting: object[] = [];
  let isSending = false;
  let isOver = false;

  const tell = (text: string): void => {
    status.textContent = text;
  };
  const end = (text: string): void => {
    isOver = true;
    tell(text);
    frames.close();
    document.body.dataset["over"] = "true";
    for (const button of document.querySelectorAll("button")) button.disabled = true;
  };
  const headers = { "content-type": "application/json" };
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(path, { method: "POST", headers, body: JSON.stringify(body) });

  const frames = new EventSource("/frames");
  frames.addEventListener("frame", ({ data }) => {
    if (picture instanceof HTMLImageElement) picture.src = `data:image/jpeg;base64,${data}`;
  });
  frames.addEventListener("state", ({ data }) => {
    const state: ViewState = JSON.parse(data);
    showWindows(state);
    showDialog(state);
  });
  frames.addEventListener("over", ({ data }) => end(String(data)));
  frames.addEventListener("error", () => {
    if (!isOver && frames.readyState === EventSource.CLOSED) end("The connection is lost: run the same command again.");
  });

  const windows = find("#windows");
  /** What the person has the choice of, where there is more than one. */
  const showWindows = ({ windows: all, current, size: now }: ViewState): void => {
    size = now;
    picture.setAttribute("width", String(now.width));
    picture.setAttribute("height", String(now.height));
    windows.hidden = all.length < 2;
    const tabs = all.map(({ id, name }, index) => {
      const tab = buttonOf(`${index + 1}: ${name}`, () => void post("/window", { id }));
      tab.setAttribute("aria-pressed", String(id === current));
      return tab;
    });
    const isFirst = all[0]?.id === current;
    const closing = isFirst
      ? []
      : [buttonOf("Close this window", () => void post("/window", { id: current, close: true }))];
    windows.replaceChildren(...tabs, ...closing);
  };
  const buttonOf = (text: string, act: () => void): HTMLButtonElement => {
    const button = document.createElement("button");
    button.textContent = text;
    button.addEventListener("click", () => {
      act();
      picture.focus();
    });
    return button;
  };

  const dialog = find("#dialog");
  const answer = find("#answer");
  let asked: number | undefined;
  /** What a page asks: as text, which says itself that it is the page's. */
  const showDialog = ({ dialog: asks }: ViewState): void => {
    if (asks?.id === asked) return;
    asked = asks?.id;
    dialog.hidden = !asks;
    if (!asks) return picture.focus();
    find("#asks").textContent =
      asks.type === "beforeunload" ? `${asks.from} asks whether to leave the page` : `${asks.from} says`;
    find("#message").textContent = asks.message;
    answer.hidden = asks.type !== "prompt";
    find("#dismiss").hidden = asks.type === "alert";
    if (answer instanceof HTMLInputElement) answer.value = asks.value;
    (asks.type === "prompt" ? answer : find("#accept")).focus();
  };
  const sayToDialog = (accept: boolean): void => {
    const text = answer instanceof HTMLInputElement ? answer.value : "";
    if (asked !== undefined) void post("/dialog", { id: asked, accept, text });
  };
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    sayToDialog(true);
  });
  find("#dismiss").addEventListener("click", () => sayToDialog(false));

  const send = async (): Promise<void> => {
    if (isSending || isOver) return;
    isSending = true;
    try {
      while (waiting.length > 0) await post("/input", waiting.splice(0));
    } catch {
      waiting.length = 0; // The frames tell when nobody is there any more.
    } finally {
      isSending = false;
    }
  };
  const give = (input: object): void => {
    const last = waiting.at(-1);
    // Of several moves in a row that nobody has taken yet, the last is the one that counts.
    if (last && "type" in last && last.type === "move" && "type" in input && input.type === "move") waiting.pop();
    waiting.push(input);
    void send();
  };

  const bits = { Alt: 1, Control: 2, Meta: 4, Shift: 8 }; // As the DevTools protocol counts them.
  const modifiersOf = (event: MouseEvent | KeyboardEvent): number => {
    if (event.getModifierState("AltGraph")) return 0; // It takes part in writing, and is no command.
    return Object.entries(bits).reduce((sum, [name, bit]) => sum + (event.getModifierState(name) ? bit : 0), 0);
  };
  const placeOf = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const box = picture.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * size.width,
      y: ((clientY - box.top) / box.height) * size.height,
    };
  };
  const mouse = (type: string, event: MouseEvent): void => {
    event.preventDefault();
    const pressed = ["left", "middle", "right"][event.button] ?? "none";
    const button = type === "move" ? (event.buttons & 1 ? "left" : "none") : pressed;
    const clicks = Math.min(event.detail, 3);
    give({ type, ...placeOf(event), button, buttons: event.buttons, clicks, modifiers: modifiersOf(event) });
  };
  picture.addEventListener("mousemove", (event) => mouse("move", event));
  picture.addEventListener("mousedown", (event) => {
    picture.focus();
    mouse("down", event);
  });
  picture.addEventListener("mouseup", (event) => mouse("up", event));
  picture.addEventListener("contextmenu", (event) => event.preventDefault());
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      give({ type: "wheel", ...placeOf(event), dx: event.deltaX, dy: event.deltaY, modifiers: modifiersOf(event) });
    },
    { passive: false },
  );

  const key = (type: string, event: KeyboardEvent): void => {
    // What is put together (an input method), and what is pasted, comes as text.
    const isPaste = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v";
    if (event.isComposing || event.key === "Process" || event.key === "Dead" || isPaste) return;
    event.preventDefault();
    give({ type, key: event.key, code: event.code, modifiers: modifiersOf(event) });
  };
  picture.addEventListener("keydown", (event) => key("keydown", event));
  picture.addEventListener("keyup", (event) => key("keyup", event));
  document.addEventListener("paste", (event) => {
    if (document.activeElement !== picture) return;
    event.preventDefault();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text !== "") give({ type: "text", text });
  });

  const typed = find("#text");
  find("#put").addEventListener("click", () => {
    if (!(typed instanceof HTMLInputElement) || typed.value === "") return;
    give({ type: "text", text: typed.value });
    typed.value = "";
    picture.focus();
  });
  for (const name of ["reload", "back"]) {
    find(`#${name}`).addEventListener("click", () => void post("/navigate", { to: name }));
  }
  for (const choice of ["done", "blocked"]) {
    document.querySelector(`#${choice}`)?.addEventListener("click", () => {
      tell("One moment …");
      const ending = async (): Promise<void> => {
        const response = await post("/end", { choice });
        const text = await response.text();
        if (response.ok) end(text);
        else tell(text);
      };
      ending().catch(() => tell("The connection is lost: run the same command again."));
    });
  }
  picture.focus();
}
