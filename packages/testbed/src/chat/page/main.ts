/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { openComposer } from "./composer.ts";
import { readAnswer } from "./read-answer.ts";
import { renderMarkdown } from "./render-markdown.ts";

/** How long after its end an answer changes once more, in milliseconds. */
const LATE_MS = 500;

const turns = find("main");
const stop = find("[data-stop]");
const composer = openComposer(find("[data-composer]"), () => void send());
let asking: AbortController | undefined;

find("[data-send]").addEventListener("click", () => void send());
stop.addEventListener("click", () => asking?.abort());
for (const button of document.querySelectorAll("[role=dialog] button")) {
  button.addEventListener("click", () => {
    document.cookie = `consent=${button.textContent === "Accept all" ? "all" : "none"}; path=/`;
    find("[role=dialog]").remove();
  });
}

async function send(): Promise<void> {
  const question = composer.read();
  if (question.trim() === "" || asking) return;
  composer.clear();
  document.querySelector("[role=alert]")?.remove();
  addTurn("user").textContent = question;
  asking = new AbortController();
  stop.hidden = false;
  try {
    await ask(question, asking);
  } finally {
    asking = undefined;
    stop.hidden = true;
  }
}

async function ask(question: string, { signal }: AbortController): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "x-csrf-token": find("[name=csrf]").getAttribute("value") ?? "",
  };
  let body: HTMLElement | undefined;
  let vanishes = false;
  try {
    const response = await fetch("/api/ask", { method: "POST", headers, body: JSON.stringify({ question }), signal });
    if (response.status === 429) return complain("You have reached the limit. Try again in 2 minutes");
    if (!response.ok || !response.body) return complain("Something went wrong");
    body = addTurn("assistant");
    let text = "";
    let late: string | undefined;
    for await (const event of readAnswer(response.body)) {
      vanishes ||= event.vanish === true;
      late = event.lateEdit ?? late;
      if (event.status !== undefined) body.textContent = event.status;
      if (event.delta !== undefined) renderMarkdown(body, (text += event.delta));
      if (event.sources) addSources(body, event.sources);
      // A page that hangs, as it is told to.
      while (event.hang) {}
    }
    if (text === "") body.replaceChildren();
    if (late !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      renderMarkdown(body, late);
    }
    addActions(body);
  } catch {
    if (signal.aborted) {
      if (body) addActions(body);
      return;
    }
    if (vanishes) body?.closest("article")?.remove();
    complain("Something went wrong"); // The connection broke: that is all a page knows.
  }
}

/** Adds a turn, and gives the element for its text. */
function addTurn(role: "user" | "assistant"): HTMLElement {
  const turn = document.createElement("article");
  turn.dataset["testid"] = "turn";
  turn.dataset["role"] = role;
  const body = document.createElement("div");
  body.className = role === "user" ? "question" : "answer";
  turn.append(body);
  turns.append(turn);
  return body;
}

function addSources(body: Element, sources: readonly { url: string; title: string }[]): void {
  const list = document.createElement("div");
  list.className = "sources";
  for (const { url, title } of sources) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    list.append(link, " ");
  }
  body.after(list);
}

function addActions(body: Element): void {
  const bar = document.createElement("div");
  for (const name of ["copy", "good"]) {
    const button = document.createElement("button");
    button.dataset["testid"] = name;
    button.textContent = name;
    bar.append(button);
  }
  body.parentElement?.append(bar);
}

function complain(text: string): void {
  const alert = document.createElement("p");
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  turns.append(alert);
}

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}
