import type { Command } from "commander";
import { spelled } from "../../../memos/governance/principal.js";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print, table } from "../output.js";
import { typedPrincipal } from "../principalName.js";
import { withStore, withStoreToRead } from "../store.js";

export function registerPrincipals(program: Command): void {
  const principals = program
    .command("principals")
    .summary("users, agents and services that can be given rights")
    .description("Makes principals known and lists them. Who runs this command is the owner of the store.");
  withExample(principals, "memos principals create agent:helper");
  registerCreate(principals);
  registerList(principals);
}

function registerCreate(parent: Command): void {
  const command = parent
    .command("create")
    .description("Makes a principal known; a user or an agent gets a grant on its own memory.")
    .argument("<principal>", "user:NAME, agent:NAME or service:NAME");
  takeScope(command, []);
  withExample(command, "memos principals create user:ana --tenant acme");
  command.action(async (given: string) => {
    const name = argumentOf("PRINCIPAL", given, typedPrincipal);
    const { tenant } = scopeOf(command);
    const created = await withStore(command, (memos) =>
      memos.governance.createPrincipal({ tenant, ...name }),
    );
    print(command, created, () =>
      created.grant === undefined
        ? `${spelled(name)} is known`
        : `${spelled(name)} is known; grant ${created.grant.id} is for its own memory`,
    );
  });
}

function registerList(parent: Command): void {
  const command = parent.command("list").description("Lists the principals of a tenant.");
  takeScope(command, []);
  withExample(command, "memos principals list");
  command.action(async () => {
    const { tenant } = scopeOf(command);
    const list = await withStoreToRead(command, (memos) => memos.governance.principals(tenant));
    print(command, { principals: list }, () =>
      list.length === 0
        ? "no principals"
        : table(
            ["principal", "created"],
            list.map(({ principal, createdAt }) => [spelled(principal), createdAt]),
          ),
    );
  });
}
