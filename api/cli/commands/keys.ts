import type { Command } from "commander";
import * as z from "zod";
import { scopeSchema } from "../../../memcube/index.js";
import { principalNameSchema, spelled, TENANT_ADMIN } from "../../../memos/governance/principal.js";
import { argumentOf, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print, table } from "../output.js";
import { withExistingStore, withStore, withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

const id = principalNameSchema.shape.id.optional();
const createSchema = z.object({ user: id, agent: id, service: id, readOnly: z.boolean().default(false) });

export function registerKeys(program: Command): void {
  const keys = program
    .command("keys")
    .summary("API keys of the server")
    .description(
      "Creates, lists and revokes the API keys of `memos serve`. A key acts for one principal of a tenant; without one it administers the tenant.",
    );
  withExample(keys, "memos keys create laptop");
  registerCreate(keys);
  registerList(keys);
  registerRevoke(keys);
}

function registerCreate(keys: Command): void {
  const command = keys
    .command("create")
    .description("Creates a key and shows it this one time.")
    .argument("<name>", "what the key is for")
    .option("--user <name>", "requests act for this user")
    .option("--agent <name>", "requests act for this agent")
    .option("--service <name>", "requests act for this service")
    .option("--read-only", "requests only read, whatever is granted");
  takeScope(command, []);
  withExample(
    command,
    "memos keys create laptop --tenant acme",
    "memos keys create assistant --agent helper --read-only",
  );
  command.action(async (given: string) => {
    const name = argumentOf("NAME", given, scopeSchema.shape.tenant);
    const { tenant } = scopeOf(command);
    const { readOnly, ...names } = optionsOf(command, createSchema);
    const [principal, another] = principalNameSchema.shape.kind.options.flatMap((kind) => {
      const id = names[kind];
      return id === undefined ? [] : [{ kind, id }];
    });
    if (another !== undefined) throw new UsageError("a key acts for one: --user, --agent or --service");
    const options = principal === undefined ? { readOnly } : { principal, readOnly };
    const key = await withStore(command, (memos) => memos.keys.create(tenant, name, options));
    const whom = spelled(principal ?? TENANT_ADMIN);
    print(command, { ...key, tenant, name, principal: principal ?? TENANT_ADMIN, readOnly }, () =>
      [key.secret, "", `key ${key.id} acts for ${whom} of tenant ${tenant}; it is not shown again`].join(
        "\n",
      ),
    );
  });
}

function registerList(keys: Command): void {
  const command = keys.command("list").description("Lists the keys, without their secrets.");
  withExample(command, "memos keys list");
  command.action(async () => {
    const list = await withStoreToRead(command, (memos) => memos.keys.list());
    print(command, { keys: list }, () => {
      if (list.length === 0) return "no keys";
      const rows = list.map(({ id, tenant, name, principal, readOnly, createdAt, revokedAt }) => [
        id,
        tenant,
        name,
        spelled(principal) + (readOnly ? ", only reads" : ""),
        createdAt,
        revokedAt,
      ]);
      return table(["id", "tenant", "name", "acts for", "created", "revoked"], rows);
    });
  });
}

function registerRevoke(keys: Command): void {
  const command = keys
    .command("revoke")
    .description("Revokes a key at once.")
    .argument("<id>", "the id of the key, from `memos keys list`");
  withExample(command, "memos keys revoke 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, z.string().min(1));
    await withExistingStore(command, (memos) => memos.keys.revoke(id));
    print(command, { revoked: id }, () => `revoked ${id}`);
  });
}
