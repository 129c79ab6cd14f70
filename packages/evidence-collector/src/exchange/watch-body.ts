/** Is told what becomes of a body. */
export interface BodyWatcher {
  /** Sees each chunk ahead of the reader. What it throws ends the body for both sides. */
  chunk(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
  cancel(): void;
}

/** The same body, watched. It is read no sooner and no further than its reader asks for. */
export function watchBody(body: ReadableStream<Uint8Array>, watcher: BodyWatcher): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await reader.read();
    if (!done) watcher.chunk(value);
    return value;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk) return controller.enqueue(chunk);
          watcher.end();
          controller.close();
        } catch (error) {
          watcher.fail(error);
          controller.error(error);
          await reader.cancel(error);
        }
      },
      async cancel(reason) {
        watcher.cancel();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
