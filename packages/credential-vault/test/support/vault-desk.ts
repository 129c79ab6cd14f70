import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@bentham/core";
import { DEFAULT_ID, type StoredCredential, vaultFileAt, type VaultFile } from "@bentham/credential-vault";

/** What tests keep in vaults: it may stand in no file and in no message. */
export const CANARY = "CANARY-key-5f1c9a77b2";

/** A folder with a vault in it. */
export class VaultDesk implements AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly identity: string;
  readonly vault: VaultFile;

  private constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, "vault.age");
    this.identity = join(folder, "identity.txt");
    this.vault = vaultFileAt(this);
  }

  static async open(): Promise<VaultDesk> {
    return new VaultDesk(await mkdtemp(join(tmpdir(), "bentham-vault-")));
  }

  /** A folder whose vault holds {@link CANARY} in the pool `team`. */
  static async filled(): Promise<VaultDesk> {
    const desk = await VaultDesk.open();
    await desk.set("team");
    return desk;
  }

  async set(
    pool: string,
    value: string = CANARY,
    hosts: readonly string[] = ["api.example.com"],
    id: string = DEFAULT_ID,
  ): Promise<string> {
    return this.vault.set(pool, { ...keyOf(value, hosts), id });
  }

  /** The API key of a pool's first credential. */
  async key(pool = "team"): Promise<string | undefined> {
    const [first] = (await this.vault.pools()).get(pool) ?? [];
    return first?.material.type === "api-key" ? first.material.key.reveal() : undefined;
  }

  /** Puts `text`, encrypted for this desk's identity, in the vault's place. */
  async encrypt(text: string): Promise<void> {
    const { Encrypter, identityToRecipient } = await import("age-encryption");
    const lines = (await readFile(this.identity, "utf8")).trimEnd().split("\n");
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(lines.at(-1) ?? ""));
    await writeFile(this.file, await encrypter.encrypt(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** An API key as a vault keeps it. */
export function keyOf(value: string, hosts: readonly string[]): StoredCredential {
  return { id: DEFAULT_ID, material: { type: "api-key", key: new Secret(value) }, hosts };
}
