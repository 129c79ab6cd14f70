import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { openStore, vaultFileOf, vaultOf } from "@bentham/runtime";
import { processesMarked } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";
import { CommandProcess, until } from "./support/command-process.ts";

/** Where Chromium is found. */
const environment = {
  PATH: process.env["PATH"],
  ...(process.env["BENTHAM_CHROMIUM"] === undefined ? {} : { BENTHAM_CHROMIUM: process.env["BENTHAM_CHROMIUM"] }),
};

/** A page that wants somebody to sign in, and, when it is told so, takes visits and never answers them. */
interface LoginPage extends AsyncDisposable {
  readonly url: string;
  readonly hanging: ServerResponse[];
  hang(): void;
}

async function startLoginPage(): Promise<LoginPage> {
  const hanging: ServerResponse[] = [];
  let isHanging = false;
  const server = createServer((_, response) => {
    if (isHanging) return void hanging.push(response);
    response.writeHead(200, { "content-type": "text/html" }).end("<form id=login>sign in</form>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server on a port has a port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    hanging,
    hang: () => void (isHanging = true),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Parks a cell for an account that the page wants to sign in. */
async function parkOne(desk: CommandDesk, { url }: LoginPage): Promise<void> {
  await desk.write(
    "page.yaml",
    'name: page\nversion: "1"\ncomposer: ["#none"]\nsend: ["#none"]\nanswer: ["#none"]\nlogin: ["#login"]\n' +
      'busy: ["#none"]\ndone: ["#none"]\n',
  );
  await desk.write("bentham.config.yaml", "allowPrivate: true\nwebSurfaces: [page.yaml]\n");
  await desk.write(
    "study.yaml",
    `name: study\nqueries: [{ id: q1, text: "Why?" }]\nsurfaces:\n  - { id: page, baseURL: "${url}", credential: team }\nhuman: false\n`,
  );
  const set = ["vault", "set", "team", "--id", "anna", "--type", "user-password", "--host", new URL(url).host];
  expect((await desk.run(set, {}, "anna\nword\n")).exitCode).toBe(0);
  const run = await desk.run(["run"], environment);
  expect([run.exitCode, run.told]).toEqual([10, expect.stringContaining("bentham inbox")]);
}

/** Nothing is held, and nothing runs, of what a command has had. */
async function expectGivenBack(desk: CommandDesk): Promise<void> {
  const folder = join(desk.folder, ".bentham");
  expect(await processesMarked(join(folder, "run"))).toEqual([]);
  expect(await readdir(join(folder, "run"))).toEqual([]);
  const store = await openStore(folder);
  try {
    expect(await store.read("inbox-open/1")).toBeUndefined();
    expect((await store.inboxItems()).map(({ id, cells }) => [id, cells])).toEqual([[1, 1]]);
    const vault = vaultOf({ folder, configuration: {}, environment: {} }, store);
    await (await vault.leaseToPerson("team", "anna")).release(); // Else it is in use.
    expect(await vaultFileOf(folder, {}).states.savedAt("team", "anna")).toBeUndefined();
  } finally {
    await store.close();
  }
}

test("a signal while the page comes up closes the browser, and gives the item back", async () => {
  await using page = await startLoginPage();
  await using desk = await CommandDesk.open();
  await parkOne(desk, page);
  await using starting = new CommandProcess(desk, ["inbox", "open", "1"], environment);
  const run = join(desk.folder, ".bentham", "run");
  await untilSome(() => processesMarked(run));
  starting.kill("SIGTERM");
  expect(await starting.exitCode()).toBe(10);
  await expectGivenBack(desk);

  page.hang();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const before = page.hanging.length;
    await using opening = new CommandProcess(desk, ["inbox", "open", "1"], environment);
    await until(() => page.hanging.length > before);
    opening.kill(signal);
    expect(await opening.exitCode()).toBe(10);
    await expectGivenBack(desk);
  }
}, 120_000);

test("an account that is gone is told of before anything comes up", async () => {
  await using page = await startLoginPage();
  await using desk = await CommandDesk.open();
  await parkOne(desk, page);
  const add = ["vault", "set", "team", "--id", "bert", "--type", "user-password", "--host", new URL(page.url).host];
  expect((await desk.run(add, {}, "bert\nword\n")).exitCode).toBe(0);
  expect((await desk.run(["vault", "remove", "team", "--id", "anna"])).exitCode).toBe(0);
  const without = await desk.run(["inbox", "open", "1"], environment);
  expect([without.exitCode, without.out]).toEqual([5, ""]);
  expect(without.told).toContain("1 waits for the account team/anna, which its pool has no more");
  expect(without.told).toContain("`bentham inbox done 1`");
  expect((await desk.run(["vault", "remove", "team", "--id", "bert"])).exitCode).toBe(0);
  const gone = await desk.run(["inbox", "open", "1"], environment);
  expect([gone.exitCode, gone.out]).toEqual([5, ""]);
  expect(gone.told).toContain(
    '1 waits for the account team/anna, which cannot be had: there is no credential pool "team"',
  );
  expect(gone.told).toContain("`bentham inbox block 1`");
}, 60_000);

async function untilSome(look: () => Promise<readonly unknown[]>): Promise<void> {
  while ((await look()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}
