import type { Command } from "commander";
import { estimateOf } from "../../../agents/skills/skill.js";
import { cubeIdSchema, type MemCube, textOf } from "../../../memcube/index.js";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { estimateText } from "../estimateText.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withStoreToRead } from "../store.js";

export function registerGet(program: Command): void {
  const command = program
    .command("get")
    .summary("show one memory")
    .description("Shows one memory as it is now.")
    .argument("<id>", "its id");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos get 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b");
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const scope = scopeOf(command);
    const cube = await withStoreToRead(command, (memos) => memos.get(id, scope));
    print(command, cube, () => cubeText(cube));
  });
}

function cubeText(cube: MemCube): string {
  const { attributes, provenance, time } = cube;
  const fields: [name: string, value: string | undefined][] = [
    ["id", cube.id],
    ["scope", Object.values(cube.scope).join(" / ")],
    ["type", `${cube.type} (${cube.payload.kind}, ${cube.state}, version ${cube.version})`],
    ["title", attributes.title],
    ["tags", attributes.tags.join(", ")],
    ["from", `${provenance.origin}: ${provenance.actor}`],
    ["worked", cube.type === "procedural" ? estimateText(estimateOf(cube)) : undefined],
    ["occurred", time.occurredAt],
    ["recorded", time.recordedAt],
    ["says", cube.duplicateOf === undefined ? undefined : `the same as ${cube.duplicateOf}`],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name.padEnd(10)}${value}`],
  );
  return [...lines, "", textOf(cube) ?? `(${cube.payload.kind})`].join("\n");
}
