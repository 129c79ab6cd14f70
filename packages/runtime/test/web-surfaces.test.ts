import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readWebSurfaces } from "../src/web-surfaces.ts";

async function surfaceThatSendsBy(...send: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "bentham-web-surface-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = ["name: some-chat", 'version: "1"', "composer: [textarea]", `send: ${JSON.stringify(send)}`];
  lines.push("answer: [article]", "busy: [.stop]", "done: [.copy]");
  await writeFile(join(folder, "some-chat.yaml"), lines.join("\n"));
  return await readWebSurfaces({ file: join(folder, "bentham.config.yaml"), webSurfaces: ["some-chat.yaml"] });
}

test("a definition that sends by a button or by a key is read", async () => {
  const [surface] = await surfaceThatSendsBy("button[type=submit]", "key:Enter");
  expect(surface).toMatchObject({ name: "some-chat", send: ["button[type=submit]", "key:Enter"] });
});

test("a key that there is not is named before anything is asked", async () => {
  await expect(surfaceThatSendsBy("key:Entre")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/some-chat\.yaml:4:\d+.*there is no key "Entre": did you mean "Enter"/s),
  });
});
