import { Events } from "@bentham/core";
import { describe, expect, test } from "vitest";

interface Told {
  "job:start": { readonly jobId: string };
  "job:end": number;
}

function open(): { events: Events<Told>; errors: unknown[] } {
  const errors: unknown[] = [];
  return { events: new Events<Told>((error) => errors.push(error)), errors };
}

describe("Events", () => {
  test("tells every listener of a name, in the order of subscription, at once", () => {
    const { events } = open();
    const heard: string[] = [];
    events.on("job:start", ({ jobId }) => heard.push(`first ${jobId}`));
    events.on("job:start", ({ jobId }) => heard.push(`second ${jobId}`));
    events.on("job:end", (count) => heard.push(`end ${count}`));
    events.emit("job:start", { jobId: "j1" });
    expect(heard).toEqual(["first j1", "second j1"]);
  });

  test("is content without listeners", () => {
    const { events, errors } = open();
    events.emit("job:end", 1);
    expect(errors).toEqual([]);
  });

  test("tells no more after unsubscribing, which is harmless twice", () => {
    const { events } = open();
    const heard: number[] = [];
    const stop = events.on("job:end", (count) => heard.push(count));
    events.emit("job:end", 1);
    stop();
    stop();
    events.emit("job:end", 2);
    expect(heard).toEqual([1]);
  });

  test("goes on when a listener throws, and says so", () => {
    const { events, errors } = open();
    const heard: number[] = [];
    const fault = new Error("listener");
    events.on("job:end", () => {
      throw fault;
    });
    events.on("job:end", (count) => heard.push(count));
    events.emit("job:end", 1);
    expect(heard).toEqual([1]);
    expect(errors).toEqual([fault]);
  });

  test("lets a listener unsubscribe itself and others while it is told", () => {
    const { events } = open();
    const heard: string[] = [];
    const stopFirst = events.on("job:end", () => {
      heard.push("first");
      stopFirst();
      stopThird();
    });
    events.on("job:end", () => heard.push("second"));
    const stopThird = events.on("job:end", () => heard.push("third"));
    events.emit("job:end", 1);
    events.emit("job:end", 2);
    expect(heard).toEqual(["first", "second", "second"]);
  });

  test("tells a listener that came while it was telling from the next time on", () => {
    const { events } = open();
    const heard: string[] = [];
    events.on("job:end", (count) => {
      heard.push(`old ${count}`);
      if (count === 1) events.on("job:end", (later) => heard.push(`new ${later}`));
    });
    events.emit("job:end", 1);
    events.emit("job:end", 2);
    expect(heard).toEqual(["old 1", "old 2", "new 2"]);
  });

  test("keeps two subscriptions of one function apart", () => {
    const { events } = open();
    const heard: number[] = [];
    const listener = (count: number): void => void heard.push(count);
    events.on("job:end", listener);
    const stopSecond = events.on("job:end", listener);
    events.emit("job:end", 1);
    stopSecond();
    events.emit("job:end", 2);
    expect(heard).toEqual([1, 1, 2]);
  });
});
