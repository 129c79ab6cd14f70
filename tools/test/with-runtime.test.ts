import { once } from "node:events";
import { existsSync } from "node:fs";
import process from "node:process";
import { expect, test } from "vitest";
import { Repository } from "./support/repository.ts";

const INSTALL_BOTH = [expect.stringMatching(/^npm in .*: install .* pnpm@[\d.]+$/), "pnpm: install"];

test("the first run installs pnpm and the dependencies, and then runs the command", async () => {
  await using repository = new Repository();
  const { code, stdout } = await repository.run(["echo", "hello"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "hello\n" });
  expect(repository.calls()).toEqual(INSTALL_BOTH);
});

test("the second run installs nothing, and says nothing", async () => {
  await using repository = new Repository();
  await repository.run(["true"]);
  const { stderr } = await repository.run(["true"]);
  expect(stderr).toBe("");
  expect(repository.calls()).toHaveLength(2);
});

test.for([
  "package.json",
  "packages/core/package.json",
  "examples/package.json",
  "pnpm-lock.yaml",
  "bench/package.json",
])("installs the dependencies again when %s has changed", async (file) => {
  await using repository = new Repository();
  await repository.run(["true"]);
  repository.write(file, '{"name":"changed"}');
  await repository.run(["true"]);
  expect(repository.calls().slice(2)).toEqual(["pnpm: install"]);
});

test("of two first runs at once, one installs and the other waits for it", async () => {
  await using repository = new Repository();
  const letNpmGoOn = repository.holdNpm();
  const first = repository.start(["true"]);
  await first.says("installing pnpm");
  const second = repository.start(["true"]);
  await second.says("waiting for another set-up");
  letNpmGoOn();
  expect((await first.ended).code).toBe(0);
  expect((await second.ended).code).toBe(0);
  expect(repository.calls()).toEqual(INSTALL_BOTH);
});

test("goes on where a set-up was killed with -9", async () => {
  await using repository = new Repository();
  const letNpmGoOn = repository.holdNpm();
  const first = repository.start(["true"]);
  await first.says("installing pnpm");
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  const second = repository.start(["true"]);
  await second.says("installing pnpm");
  letNpmGoOn();
  expect((await second.ended).code).toBe(0);
  expect(existsSync(repository.path(".runtime", "lock"))).toBe(false);
});

test("tells in one line that npm could not install, and the next run tries again", async () => {
  await using repository = new Repository();
  const { code, stdout, stderr } = await repository.run(["echo", "hello"], {
    NPM_SAYS: "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/pnpm",
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^\[runtime\] installing pnpm@/),
    expect.stringMatching(
      /^\[runtime\] npm could not install pnpm@[\d.]+: 404 Not Found - GET https:\/\/registry\.example\/pnpm\. Look at .*set-up\.log$/,
    ),
  ]);
  expect((await repository.run(["true"])).code).toBe(0);
});

test("tells in one line that pnpm could not install, and the next run tries again", async () => {
  await using repository = new Repository();
  const { code, stderr } = await repository.run(["true"], {
    PNPM_SAYS: "Error: ERR_PNPM_X\n\n  × installing\n  ╰─▶ ERR_PNPM_NETWORK: connection\n      refused\n\n  help: none",
  });
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(
    /^\[runtime\] pnpm could not install the dependencies: ERR_PNPM_NETWORK: connection refused\. Look at /,
  );
  expect((await repository.run(["true"])).code).toBe(0);
});

test("keeps npm's store in the repository when there is no home folder to have it", async () => {
  await using repository = new Repository();
  await repository.run(["true"], { HOME: "" });
  expect(repository.calls()[0]).toContain(`npm in ${repository.path(".runtime", "home")}: `);
});

test("installs Node where the machine's is too old, and finds it first", async () => {
  await using repository = new Repository();
  const name = process.platform === "darwin" ? "node-bin-darwin" : `node-${process.platform}`;
  const environment = { FAKE_NODE_PACKAGE: `${name}-${process.arch}` };
  const { code, stdout } = await repository.setUpUnder("20.20.2", environment);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[^:]*\/\.runtime\/node-24[\d.]+\/node_modules\/node-[^:]*\/bin:/);
  expect(repository.calls()[0]).toMatch(/install .* node-[\w-]+@24\.[\d.]+$/);
});

test("says so when the Node that npm has does not run on the machine", async () => {
  await using repository = new Repository();
  const name = process.platform === "darwin" ? "node-bin-darwin" : `node-${process.platform}`;
  const { code, stderr } = await repository.setUpUnder("20.20.2", {
    FAKE_NODE_PACKAGE: `${name}-${process.arch}`,
    FAKE_NODE: "/bin/false",
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/Node 24\.[\d.]+ from npm does not run here: install Node 24 and try again/);
});

test("the command runs in the repository and learns the folder that the user stands in", async () => {
  await using repository = new Repository();
  const { stdout } = await repository.run(["sh", "-c", 'echo "$PWD $INIT_CWD"']);
  expect(stdout).toBe(`${repository.folder} ${repository.path("packages")}\n`);
});

test("the folder that npm names is passed on", async () => {
  await using repository = new Repository();
  const { stdout } = await repository.run(["sh", "-c", 'echo "$INIT_CWD"'], { INIT_CWD: "/somewhere" });
  expect(stdout).toBe("/somewhere\n");
});

test("ends with the command's exit code, or by its signal", async () => {
  await using repository = new Repository();
  expect((await repository.run(["sh", "-c", "exit 7"])).code).toBe(7);
  const killed = repository.start(["sh", "-c", "kill -KILL $$"]);
  await killed.ended;
  expect(killed.process.signalCode).toBe("SIGKILL");
});

test("tells in one line that there is no such command", async () => {
  await using repository = new Repository();
  await repository.run(["true"]);
  const { code, stderr } = await repository.run(["no-such-command"]);
  expect(code).toBe(1);
  expect(stderr).toBe("[runtime] cannot run no-such-command: spawn no-such-command ENOENT\n");
});

test("hands the Chromium on that the environment names, or that the machine has", async () => {
  await using repository = new Repository();
  const { stdout } = await repository.run(["--chromium", "printenv", "BENTHAM_CHROMIUM"]);
  expect(stdout).toMatch(/^\/.*chrom.*\n$/);
});

test("says in one line that the Chromium it was told of is none", async () => {
  await using repository = new Repository();
  const { code, stderr } = await repository.run(["--chromium", "true"], { BENTHAM_CHROMIUM: "/nowhere/chromium" });
  expect(code).toBe(1);
  expect(stderr).toContain("BENTHAM_CHROMIUM names /nowhere/chromium, which is no program that can be run");
});
