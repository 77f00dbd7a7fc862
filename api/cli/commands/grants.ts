import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema } from "../../../memcube/index.js";
import { actionSchema, newGrantSchema } from "../../../memos/governance/grant.js";
import { spelled } from "../../../memos/governance/principal.js";
import { whenSchema } from "../../../memos/operations.js";
import { argumentOf, commaList, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { oneLine, print, table } from "../output.js";
import { typedPrincipal } from "../principalName.js";
import { scopeText } from "../scopeText.js";
import { withExistingStore, withStoreToRead } from "../store.js";

const optionsSchema = z.object({
  actions: commaList(actionSchema),
  types: commaList(z.string()).pipe(newGrantSchema.shape.types.unwrap()).optional(),
  sensitivity: newGrantSchema.shape.sensitivity,
  private: z.boolean().default(false),
  expires: whenSchema.optional(),
  reason: newGrantSchema.shape.reason,
});

export function registerGrants(program: Command): void {
  const grants = program
    .command("grants")
    .summary("who may do what")
    .description("Gives rights, lists and ends them. Nothing is allowed without one.");
  withExample(grants, "memos grants create agent:helper --actions read --user ana");
  registerCreate(grants);
  registerList(grants);
  registerRevoke(grants);
}

function registerCreate(parent: Command): void {
  const command = parent
    .command("create")
    .description("Gives a principal a right on a space.")
    .argument("<principal>", "user:NAME, agent:NAME or service:NAME")
    .requiredOption("--actions <list>", actionSchema.options.join(", "))
    .option("--types <list>", "only memories of these types")
    .option("--sensitivity <name>", "public, internal or secret: nothing above it is covered", "internal")
    .option("--private", "private memories too, not only shared ones")
    .option("--expires <date>", "when it ends")
    .option("--reason <text>", "why; kept in the audit");
  takeScope(command, ["user", "agent", "app", "session"]);
  withExample(
    command,
    "memos grants create agent:helper --actions read --user ana --expires 2030-01-01",
    "memos grants create agent:helper --actions read,write --app team --private",
  );
  command.action(async (given: string) => {
    const principal = argumentOf("PRINCIPAL", given, typedPrincipal);
    const { private: all, expires, actions, types, sensitivity, reason } = optionsOf(command, optionsSchema);
    const grant = await withExistingStore(command, (memos) =>
      memos.governance.grant({
        principal,
        space: scopeOf(command),
        actions,
        ...(types === undefined ? {} : { types }),
        sensitivity,
        visibility: all ? "all" : "shared",
        ...(expires === undefined ? {} : { expiresAt: expires }),
        reason,
      }),
    );
    print(command, grant, () => `grant ${grant.id}: ${spelled(principal)} may ${grant.actions.join(", ")}`);
  });
}

function registerList(parent: Command): void {
  const command = parent
    .command("list")
    .description("Lists the grants on a scope and inside it, with those that have ended.");
  takeScope(command, ["user", "agent", "app", "session"]);
  withExample(command, "memos grants list --user ana");
  command.action(async () => {
    const grants = await withStoreToRead(command, (memos) => memos.governance.grants(scopeOf(command)));
    print(command, { grants }, () =>
      grants.length === 0
        ? "no grants"
        : table(
            ["id", "principal", "space", "actions", "covers", "expires", "revoked", "reason"],
            grants.map((grant) => [
              grant.id,
              spelled(grant.principal),
              scopeText(grant.space),
              grant.actions.join(", "),
              `${grant.types?.join(", ") ?? "all types"}, up to ${grant.sensitivity}, ${grant.visibility}`,
              grant.expiresAt,
              grant.revokedAt,
              oneLine(grant.reason, 40),
            ]),
          ),
    );
  });
}

function registerRevoke(parent: Command): void {
  const command = parent
    .command("revoke")
    .description("Ends a grant at once, and those that its holder gave on the strength of it.")
    .argument("<id>", "the id of the grant, from `memos grants list`");
  takeScope(command, []);
  withExample(command, "memos grants revoke 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const { tenant } = scopeOf(command);
    const ended = await withExistingStore(command, (memos) => memos.governance.revoke(id, tenant));
    print(command, ended, () => `revoked ${ended.revoked.join(", ")}`);
  });
}
