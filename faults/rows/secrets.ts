import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { findSecret, secretFormsIn, startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { writeStudy } from "../support/study.ts";

export const fault: Fault = {
  id: "secrets",
  title:
    "runs with a key: one that works, one that is refused, one that echoes the key, one that is killed, one out of the vault",
  inEveryTest: true,
  expected:
    "key and proxy password are in no file, line, argument or row, in no encoding; a key for another host is not sent",
  run: (scale) => eachScheme(scale, (scheme) => useKeys(scale, scheme)),
};

async function useKeys(scale: Scale, scheme: Scheme): Promise<string> {
  const planned = scale === "full" ? 60 : 12;
  const key = `CANARY/key+${randomBytes(12).toString("base64")}="quoted"`;
  await using desk = await Desk.open();
  const served = await servedOver(desk, scheme);
  await using server = await startLlmServer({ ...served, keys: [key] });
  await using other = await startLlmServer(served);
  const host = new URL(server.url).host;
  const configuration = `vault: { environment: { canary: { variable: CANARY_KEY, hosts: ["${host}"] } } }`;
  const options = { url: server.url, questions: planned, configuration, credential: "canary" };
  const environment = { CANARY_KEY: key };
  const output: string[] = [];
  const run = async (
    args: readonly string[],
    secrets: Record<string, string> = environment,
    input = "",
  ): Promise<number | null> => {
    const started = desk.start(args, { environment: secrets, input });
    const argv = readFileSync(`/proc/${started.process.pid}/cmdline`, "utf8");
    const { code, stdout, stderr } = await started.ended;
    output.push(argv, stdout, stderr);
    return code;
  };

  await writeStudy(desk, options);
  expectEqual("exit code of plan", await run(["plan"]), 0);
  const killed = desk.start(["run"], { environment, breakAt: { event: "evidence:seal", nth: 3, how: "kill" } });
  expectEqual("signal", (await killed.ended).signal, "SIGKILL");
  // A surface that says the key in its answers, as it is and in base64, and one that says it in an error.
  const echo = `your key is ${key}, or ${Buffer.from(key).toString("base64")}`;
  server.setScenarios([
    { nthOfQuestion: 1, scenario: { kind: "answer", text: echo } },
    {
      nth: 5,
      scenario: {
        kind: "raw",
        status: 400,
        type: "application/json",
        body: JSON.stringify({ error: { message: echo } }),
      },
    },
  ]);
  await run(["run"]);
  for (const verb of ["status", "results", "export"]) await run([verb]);
  // Set aside after two refusals, and there is no other: the run waits for a person.
  expectEqual("exit code with a wrong key", await run(["run", "--new"], { CANARY_KEY: "CANARY-wrong-key" }), 11);
  expectEqual("exit code without a key", await run(["run", "--new"], {}), 5);

  await writeStudy(desk, { ...options, url: other.url });
  expectEqual("exit code for another host", await run(["run", "--new"]), 5);
  expectEqual("asks at the other host", other.asks.length, 0);

  // The same key out of the vault, with nothing in the environment.
  await writeStudy(desk, { ...options, configuration: "" });
  const set = ["vault", "set", "canary", "--host", host];
  expectEqual("exit code of vault set", await run(set, {}, `${key}\n`), 0);
  expectEqual("exit code with the vault", await run(["run", "--new"], {}), 0);
  expectEqual("exit code of vault list", await run(["vault", "list", "--json"], {}), 0);

  // A proxy with its password, in a configuration that is refused as long as there are no proxies.
  const password = `CANARY-${randomBytes(12).toString("hex")}`;
  const proxies = `locations: { us-nyc: { proxies: ["http://user:${password}@127.0.0.1:9"] } }`;
  await writeStudy(desk, { ...options, configuration: `${configuration}\n${proxies}` });
  expectEqual("exit code with proxies", await run(["run", "--new"]), 4);
  await writeStudy(desk, options);
  const proxyPlaces = [...(await findSecret(desk.folder, password)), ...secretFormsIn(output.join("\n"), password)];
  expectEqual("places of the proxy's password", proxyPlaces.length, 0);

  const places = await findSecret(desk.folder, key);
  expectThat(
    places.length === 0,
    `the key stands in ${places.map(({ file, form }) => `${file} (${form})`).join(", ")}`,
  );
  const forms = secretFormsIn(output.join("\n"), key);
  expectThat(forms.length === 0, `the key was printed: ${forms.join(", ")}`);
  return `key and proxy password are in no file of 5 runs and in no line of ${output.length / 3} commands; the other host got nothing`;
}
