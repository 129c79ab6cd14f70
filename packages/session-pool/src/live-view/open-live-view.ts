import { type Clock, type SessionLease, startTimer, systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { startGuardedServer } from "./guarded-server.ts";
import { type ViewChoice, ViewDesk } from "./view-desk.ts";
import type { ViewTexts } from "./view-document.ts";
import { ViewWindows } from "./view-windows.ts";

/** How long a view stays open in which nobody does anything, in milliseconds, unless somebody says otherwise. */
const IDLE = 15 * 60_000;

/** How a view ended: as the person said, because nobody came or did anything, or because the shown page was lost. */
export type ViewEnding = ViewChoice | "idle" | "lost";

/** What is shown, and what is done with it. */
export interface LiveViewOptions {
  readonly session: SessionLease;
  readonly texts: ViewTexts;
  /**
   * Does what the person's choice means, and tells in words what came of it. The view ends with it; where it throws a Bentham
   * error, the person is told, and can choose again.
   */
  readonly finish: (choice: ViewChoice) => Promise<string>;
  /** How long nobody may do anything before the view closes, in milliseconds. @default 900000 */
  readonly idle?: number;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** A page of a session, shown to a person who can use it. Disposing it closes it, and leaves the session as it is. */
export interface LiveView extends AsyncDisposable {
  /** The link for the person: it works once, and on this machine alone. */
  readonly url: string;
  /** Rejects with what `finish` failed with, where that is no error of Bentham's. */
  readonly ended: Promise<ViewEnding>;
}

/**
 * Shows the page of a session in a page on loopback, live, and gives it what a person does there with mouse and keyboard; windows that
 * it opens, and what it asks in dialogs, too. Only whoever has the link can see it.
 */
export async function openLiveView(options: LiveViewOptions): Promise<LiveView> {
  const { session, texts, finish, idle = IDLE, clock = systemClock } = options;
  const { page, context } = playwrightSession(session);
  await using made = new AsyncDisposableStack();
  const windows = made.use(await ViewWindows.open(context, page, clock));
  const ended = Promise.withResolvers<ViewEnding>();
  let stopTimer: (() => void) | undefined;
  let isOver = false;
  const end = (ending: ViewEnding, text: string): void => {
    isOver = true;
    stopTimer?.();
    desk.close(text);
    ended.resolve(ending);
  };
  const seen = (): void => {
    stopTimer?.();
    if (isOver) return;
    stopTimer = startTimer(clock, idle, () => end("idle", "Nobody did anything for a while, and the view was closed."));
  };
  const fail = (error: unknown): void => {
    ended.reject(error);
    end("lost", "That failed: the terminal tells why.");
  };
  const desk = new ViewDesk({ windows, texts, finish, seen, end, fail });
  page.once("crash", () => end("lost", "The page's process has died: run the same command again."));
  page.once("close", () => end("lost", "The page is gone: run the same command again."));
  const server = await startGuardedServer((request, response) => desk.serve(request, response));
  seen();
  const owned = made.move();
  return {
    url: server.url,
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      end("idle", "The view was closed.");
      await desk.settled();
      await server.close();
      await owned.disposeAsync();
    },
  };
}
