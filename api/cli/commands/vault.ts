import { open, readFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, MemosError } from "../../../memcube/index.js";
import { VaultKey } from "../../../memos/governance/vault/sealing.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, print, table } from "../output.js";
import { withExistingStore } from "../store.js";

/** Only its owner can read it. */
const PRIVATE = 0o600;

export function registerVault(program: Command): void {
  const vault = program
    .command("vault")
    .summary("values that are encrypted")
    .description(
      "Makes a key, shows values, and changes the key. The key is in MEMOS_VAULT_KEY or in the file that MEMOS_VAULT_KEY_FILE names, never in the store.",
    );
  withExample(vault, "memos vault keygen ~/.memos-vault.key");
  const keygen = vault
    .command("keygen")
    .description(
      "Writes a new key into a file that only you can read. Keep a copy: without it values are lost.",
    )
    .argument("<file>", "a file that does not exist yet");
  withExample(keygen, "memos vault keygen ~/.memos-vault.key");
  keygen.action(async (file: string) => {
    const handle = await open(file, "wx", PRIVATE).catch((cause: NodeJS.ErrnoException) => {
      throw new MemosError("INVALID_INPUT", `cannot write ${file}: ${cause.message}`, { cause });
    });
    const text = VaultKey.generate();
    await handle.writeFile(`${text}\n`);
    await handle.close();
    print(
      keygen,
      { file, key: VaultKey.parse(text).id },
      () => `wrote ${file}; set MEMOS_VAULT_KEY_FILE to it`,
    );
  });

  const status = vault
    .command("status")
    .description("Says under which keys values are, and which can be read.");
  withExample(status, "memos vault status");
  status.action(async () => {
    const result = await withExistingStore(status, (memos) => memos.vault.status());
    print(status, result, () =>
      result.keys.length === 0
        ? "no values"
        : table(
            ["key", "values", "readable"],
            result.keys.map(({ key, values, readable }) => [key, values, readable ? "yes" : "no"]),
          ),
    );
  });

  const reveal = vault
    .command("reveal")
    .description("Shows the value of one memory; that it was shown, and why, is in the audit first.")
    .argument("<id>", "its id")
    .requiredOption("--reason <text>", "why; kept in the audit");
  takeScope(reveal, ["user", "agent"]);
  withExample(reveal, 'memos vault reveal 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --reason "to log in"');
  reveal.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const { reason } = optionsOf(reveal, z.object({ reason: z.string() }));
    const scope = scopeOf(reveal);
    const shown = await withExistingStore(reveal, (memos) => memos.vault.reveal(id, scope, { reason }));
    print(reveal, shown, () => shown.value);
  });

  const rotate = vault
    .command("rotate")
    .description("Puts every value under the configured key; the one before is read from a file.")
    .requiredOption("--from <file>", "the file with the key before");
  withExample(rotate, "memos vault rotate --from ~/.memos-vault.old.key");
  rotate.action(async () => {
    const { from } = optionsOf(rotate, z.object({ from: z.string().min(1) }));
    const before = await readFile(from, "utf8").catch((cause: Error) => {
      throw new MemosError("INVALID_INPUT", `cannot read ${from}: ${cause.message}`, { cause });
    });
    const done = await withExistingStore(rotate, (memos) => memos.vault.rotate(before));
    print(rotate, done, () => `rotated ${counted(done.values, "value", "values")}`);
  });
}
