import type { Command } from "commander";
import * as z from "zod";
import { joinOptionsSchema, resolveOptionsSchema } from "../../../agents/sharing/operations.js";
import { sha256Schema } from "../../../memcube/hash.js";
import { cubeIdSchema, LIMITS } from "../../../memcube/index.js";
import { nameText } from "../../../memcube/text.js";
import { spelled } from "../../../memos/governance/principal.js";
import { whenSchema } from "../../../memos/operations.js";
import { argumentOf, commaList, optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, oneLine, print, table } from "../output.js";
import { scopeText } from "../scopeText.js";
import { withExistingStore, withStore, withStoreToRead } from "../store.js";

const name = nameText(LIMITS.nameCharacters);
const ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
const CONFLICT = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

export function registerShare(program: Command): void {
  const share = program
    .command("share")
    .summary("agents that share memory: teams, hand-overs, conflicts")
    .description(
      "Lets agents into a shared space, hands working sets from one to another, and shows what they disagree on.",
    );
  withExample(share, "memos share join planner --team launch --may write");
  registerJoin(share);
  registerLeave(share);
  registerMembers(share);
  registerHandOver(share);
  registerHandOvers(share);
  registerEnd(share);
  registerConflicts(share);
  registerResolve(share);
}

const sharing = () => import("../../../agents/sharing/index.js");

function registerJoin(parent: Command): void {
  const command = parent
    .command("join")
    .description("Lets an agent into a team, in the place of what it could do there before.")
    .argument("<agent>", "its name; one that is not known is made known")
    .requiredOption("--team <name>", "the team; its shared space is the application of that name")
    .option("--may <what>", "read, or write", "read")
    .option("--expires <date>", "when it ends by itself")
    .option("--reason <text>", "why; kept in the grant");
  takeScope(command, []);
  withExample(command, "memos share join planner --team launch --may write");
  command.action(async (given: string) => {
    const agent = argumentOf("AGENT", given, name);
    const {
      team: of,
      may,
      expires,
      reason,
    } = optionsOf(
      command,
      z.object({
        team: name,
        may: joinOptionsSchema.shape.may,
        expires: whenSchema.optional(),
        reason: joinOptionsSchema.shape.reason,
      }),
    );
    const { tenant } = scopeOf(command);
    const { team } = await sharing();
    const member = await withStore(command, (memos) =>
      team(memos, { tenant, name: of }).join(agent, {
        may,
        reason,
        ...(expires === undefined ? {} : { expiresAt: expires }),
      }),
    );
    print(
      command,
      member,
      () => `${spelled(member.principal)} may ${member.actions.join(", ")} in app ${of}`,
    );
  });
}

function registerLeave(parent: Command): void {
  const command = parent
    .command("leave")
    .description("Ends every right of an agent in a team, at once. What it wrote stays.")
    .argument("<agent>", "its name")
    .requiredOption("--team <name>", "the team");
  takeScope(command, []);
  withExample(command, "memos share leave planner --team launch");
  command.action(async (given: string) => {
    const agent = argumentOf("AGENT", given, name);
    const { team: of } = optionsOf(command, z.object({ team: name }));
    const { tenant } = scopeOf(command);
    const { team } = await sharing();
    const left = await withExistingStore(command, (memos) => team(memos, { tenant, name: of }).leave(agent));
    print(command, left, () =>
      left.revoked.length === 0
        ? `agent:${agent} had no right there`
        : `agent:${agent} is out: ${counted(left.revoked.length, "grant", "grants")} revoked`,
    );
  });
}

function registerMembers(parent: Command): void {
  const command = parent
    .command("members")
    .description("Lists who may do what in a team.")
    .requiredOption("--team <name>", "the team");
  takeScope(command, []);
  withExample(command, "memos share members --team launch");
  command.action(async () => {
    const { team: of } = optionsOf(command, z.object({ team: name }));
    const { tenant } = scopeOf(command);
    const { team } = await sharing();
    const members = await withStoreToRead(command, (memos) => team(memos, { tenant, name: of }).members());
    print(command, { members }, () =>
      members.length === 0
        ? "nobody"
        : table(
            ["who", "may", "until"],
            members.map(({ principal, actions, grants }) => [
              spelled(principal),
              actions.join(", "),
              grants.some(({ expiresAt }) => expiresAt === undefined) ? "" : grants[0]?.expiresAt,
            ]),
          ),
    );
  });
}

function registerHandOver(parent: Command): void {
  const command = parent
    .command("hand-over")
    .description(
      "Hands working memory of a session, and memories that are named, from one agent to another: as copies that it may read until the end.",
    )
    .requiredOption("--from <agent>", "who hands over")
    .requiredOption("--to <agent>", "who may read it")
    .option("--session <name>", "the working memory of this session")
    .option("--cubes <ids>", "these memories, with commas between them")
    .option("--not-linked", "without what these link to")
    .option("--expires <date>", "when it ends (default: in a day; 30 days at most)")
    .option("--reason <text>", "why; kept in the grant")
    .option("--key <text>", "the same request with the same key is one hand-over");
  takeScope(command, []);
  withExample(command, "memos share hand-over --from planner --to writer --session monday");
  command.action(async () => {
    const { expires, notLinked, key, ...wanted } = optionsOf(
      command,
      z.object({
        from: name,
        to: name,
        session: name.optional(),
        cubes: commaList(cubeIdSchema).optional(),
        notLinked: z.boolean().default(false),
        expires: whenSchema.optional(),
        reason: joinOptionsSchema.shape.reason,
        key: name.optional(),
      }),
    );
    const { tenant } = scopeOf(command);
    const { handOver } = await sharing();
    const receipt = await withExistingStore(command, (memos) =>
      handOver(memos, {
        tenant,
        ...wanted,
        linked: !notLinked,
        ...(expires === undefined ? {} : { expiresAt: expires }),
        ...(key === undefined ? {} : { idempotencyKey: key }),
      }),
    );
    print(command, receipt, () =>
      [
        receipt.handed.length === 0
          ? "nothing was handed over"
          : `handed over ${counted(receipt.handed.length, "memory", "memories")} until ${receipt.expiresAt}: ${scopeText(receipt.space)}`,
        ...receipt.left.map(({ cube, reason }) => `not ${cube}: ${reason}`),
      ].join("\n"),
    );
  });
}

function registerHandOvers(parent: Command): void {
  const command = parent
    .command("hand-overs")
    .description("Lists what an agent has handed over, the latest first.")
    .requiredOption("--from <agent>", "who handed over");
  takeScope(command, []);
  withExample(command, "memos share hand-overs --from planner");
  command.action(async () => {
    const { from } = optionsOf(command, z.object({ from: name }));
    const { tenant } = scopeOf(command);
    const { handOvers } = await sharing();
    const list = await withStoreToRead(command, (memos) => handOvers(memos, tenant, from));
    print(command, list, () =>
      list.handOvers.length === 0
        ? "no hand-overs"
        : table(
            ["at", "to", "memories", "state", "until", "id"],
            list.handOvers.map(({ at, to, memories, state, expiresAt, id }) => [
              at.slice(0, 19),
              to,
              memories,
              state,
              expiresAt.slice(0, 19),
              id,
            ]),
          ),
    );
  });
}

function registerEnd(parent: Command): void {
  const command = parent
    .command("end")
    .description("Ends a hand-over at once and forgets its copies. The originals stay.")
    .argument("<id>", "its id, from `memos share hand-overs`")
    .requiredOption("--from <agent>", "who handed over");
  takeScope(command, []);
  withExample(command, `memos share end ${ID} --from planner`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, nameText(64));
    const { from } = optionsOf(command, z.object({ from: name }));
    const { tenant } = scopeOf(command);
    const { endHandOver } = await sharing();
    const ended = await withExistingStore(command, (memos) => endHandOver(memos, { tenant, from, id }));
    print(command, ended, () => `ended; ${counted(ended.forgotten, "copy", "copies")} forgotten`);
  });
}

function registerConflicts(parent: Command): void {
  const command = parent
    .command("conflicts")
    .description("Lists facts of which those who share a space state different values.")
    .option("--settled", "those that were decided too");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, "memos share conflicts --app launch");
  command.action(async () => {
    const { settled } = optionsOf(command, z.object({ settled: z.boolean().default(false) }));
    const { conflicts } = await sharing();
    const found = await withStoreToRead(command, (memos) => conflicts(memos, scopeOf(command), { settled }));
    print(command, found, () =>
      found.conflicts.length === 0
        ? "no conflicts"
        : found.conflicts
            .map(({ id, subject, relation, values }) =>
              [
                `${subject} ${relation} (${id})`,
                ...values.map(
                  ({ value, holds, by, recordedAt, cube, evidence }) =>
                    `  ${holds ? "*" : " "} ${value}: ${by} on ${recordedAt.slice(0, 16)}, “${oneLine(evidence, 60)}” (${cube})`,
                ),
              ].join("\n"),
            )
            .join("\n"),
    );
  });
}

function registerResolve(parent: Command): void {
  const command = parent
    .command("resolve")
    .description("Decides a conflict in favour of one memory; `memos restore` of it takes that back.")
    .argument("<conflict>", "its id, from `memos share conflicts`")
    .requiredOption("--choose <id>", "the memory that is right")
    .requiredOption("--reason <text>", "why; kept in the version");
  takeScope(command, ["user", "agent", "app"]);
  withExample(command, `memos share resolve ${CONFLICT} --choose ${ID} --reason "said by Ana" --app launch`);
  command.action(async (given: string) => {
    const id = argumentOf("CONFLICT", given, sha256Schema);
    const { choose, reason } = optionsOf(
      command,
      z.object({ choose: cubeIdSchema, reason: resolveOptionsSchema.shape.reason }),
    );
    const { resolveConflict } = await sharing();
    const receipt = await withExistingStore(command, (memos) =>
      resolveConflict(memos, id, choose, scopeOf(command), { reason }),
    );
    print(command, receipt, () => `settled: ${choose} is at version ${receipt.written[0]?.version}`);
  });
}
