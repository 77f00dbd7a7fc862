import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { toGraphML, toJson } from "../../../graph/index.js";
import { cubeIdSchema, MemosError, textOf } from "../../../memcube/index.js";
import {
  currentQuerySchema,
  type FactHop,
  type FactValue,
  GRAPH_LIMITS,
  phraseSchema,
  questionSchema,
} from "../../../memos/index.js";
import { whenSchema } from "../../../memos/operations.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { oneLine, print, table, wantsJson } from "../output.js";
import { withStoreToRead } from "../store.js";
import { UsageError } from "../usageError.js";

const ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
const timeSchema = z.object({ asOf: whenSchema.optional() });
const countSchema = z.object({ limit: wholeNumber(1, GRAPH_LIMITS.neighbours) });

export function registerGraph(program: Command): void {
  const graph = program
    .command("graph")
    .summary("neighbours, paths, entities and facts")
    .description(
      "Shows what memory knows beyond single texts: how memories hang together and what holds now.",
    );
  withExample(graph, "memos graph fact ana 'lives in' --user ana");
  registerNeighbours(graph);
  registerPath(graph);
  registerEntity(graph);
  registerFact(graph);
  registerCurrent(graph);
  registerAnswer(graph);
  registerGraphExport(graph);
}

function registerNeighbours(graph: Command): void {
  const command = graph
    .command("neighbours")
    .description("Memories that hang together with one, and why.")
    .argument("<id>", "its id")
    .option("--limit <count>", "most neighbours", "10");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, `memos graph neighbours ${ID} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const options = optionsOf(command, countSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.graph.neighbours(id, scope, options));
    print(command, result, () => {
      if (result.neighbours.length === 0) return "no neighbours";
      const rows = result.neighbours.map(({ cube, weight, because }) => [
        weight.toFixed(2),
        oneLine(textOf(cube) ?? cube.payload.kind, 50),
        oneLine(because.map(({ kind, what }) => `${kind} ${what}`.trim()).join(", "), 40),
        cube.id,
      ]);
      return table(["weight", "memory", "because", "id"], rows);
    });
  });
}

function registerPath(graph: Command): void {
  const command = graph
    .command("path")
    .description("How two memories hang together.")
    .argument("<from>", "id of the first")
    .argument("<to>", "id of the second");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, `memos graph path ${ID} ${ID.replace("8b", "8c")} --user ana`);
  command.action(async (first: string, second: string) => {
    const from = argumentOf("FROM", first, cubeIdSchema);
    const to = argumentOf("TO", second, cubeIdSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.graph.path(from, to, scope));
    print(command, result, () =>
      result.cost === null
        ? "nothing joins them"
        : table(
            ["kind", "what", "joined by"],
            result.nodes.map(({ kind, label }, at) => [
              kind,
              oneLine(label, 70),
              (result.steps[at] ?? []).map((edge) => edge.kind).join(", "),
            ]),
          ),
    );
  });
}

function registerEntity(graph: Command): void {
  const command = graph
    .command("entity")
    .description("The memories that name an entity, its facts, and what it is named together with.")
    .argument("<name>", "what it is called")
    .option("--as-of <date>", "what was known then");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos graph entity Lisbon --user ana");
  command.action(async (given: string) => {
    const name = argumentOf("NAME", given, phraseSchema);
    const options = optionsOf(command, timeSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.graph.entity(name, scope, options));
    print(command, result, () => {
      if (result.cubes.length === 0 && result.facts.length === 0) return `nothing names ${name}`;
      const facts = result.facts.map(({ subject, relation, value }) => [
        subject,
        relation,
        ...cellsOf(value),
      ]);
      return [
        table(
          ["memory", "as", "id"],
          result.cubes.map(({ label, role, id }) => [oneLine(label, 70), role, id]),
        ),
        ...(facts.length === 0 ? [] : [table(["subject", "relation", ...VALUE_HEAD], facts)]),
        ...(result.related.length === 0
          ? []
          : [`with ${oneLine(result.related.map((row) => `${row.name} (${row.cubes})`).join(", "), 200)}`]),
      ].join("\n");
    });
  });
}

function registerFact(graph: Command): void {
  const command = graph
    .command("fact")
    .description("What holds of a subject, and everything that ever did.")
    .argument("<subject>", "whom or what it is about")
    .argument("<relation>", "as 'lives in', 'employer', 'favourite colour'")
    .option("--as-of <date>", "what was known then");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos graph fact ana 'lives in' --user ana --as-of 2026-03-01");
  command.action(async (who: string, what: string) => {
    const subject = argumentOf("SUBJECT", who, phraseSchema);
    const relation = argumentOf("RELATION", what, phraseSchema);
    const options = optionsOf(command, timeSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) =>
      memos.graph.fact(subject, relation, scope, options),
    );
    print(command, result, () =>
      result.history.length === 0 ? "nothing is known" : table(VALUE_HEAD, result.history.map(cellsOf)),
    );
  });
}

function registerCurrent(graph: Command): void {
  const command = graph
    .command("current")
    .description("What holds of a subject now, along up to four relations.")
    .argument("<subject>", "whom or what it is about")
    .argument("<relations...>", "each of the value of the one before, as author spouse 'citizen of'")
    .option("--as-of <date>", "what was known then");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos graph current 'The Lantern Road' author 'lives in' --user ana");
  command.action(async (who: string, along: string[]) => {
    const subject = argumentOf("SUBJECT", who, phraseSchema);
    const relations = argumentOf("RELATIONS", along, currentQuerySchema.shape.relations);
    const options = optionsOf(command, timeSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) =>
      memos.graph.current({ subject, relations }, scope, options),
    );
    print(command, result, () =>
      result.missing === undefined
        ? hopsText(result.value, result.hops)
        : `not known: ${result.missing.relation} of ${oneLine(result.missing.subject, 60)}`,
    );
  });
}

function registerAnswer(graph: Command): void {
  const command = graph
    .command("answer")
    .description("The answer to a question as far as facts hold it, without a model.")
    .argument("<question>", "as 'Where does the author of The Lantern Road live?'")
    .option("--as-of <date>", "what was known then");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos graph answer 'Where does Ana live?' --user ana");
  command.action(async (asked: string) => {
    const question = argumentOf("QUESTION", asked, questionSchema);
    const options = optionsOf(command, timeSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.graph.answer(question, scope, options));
    print(command, result, () => (result.known ? hopsText(result.text, result.hops) : "not known"));
  });
}

function hopsText(value: string | null, hops: readonly FactHop[]): string {
  const rows = hops.map((hop) => [oneLine(hop.subject, 40), hop.relation, ...cellsOf(hop.value)]);
  return [oneLine(value ?? "", 200), table(["subject", "relation", ...VALUE_HEAD], rows)].join("\n");
}

const VALUE_HEAD = ["value", "status", "since", "by", "memory"];

function cellsOf({ object, status, since, by, cube }: FactValue): string[] {
  return [oneLine(object, 40), status, since.slice(0, 10), by, cube];
}

const FORMATS = ["json", "graphml"] as const;

function registerGraphExport(graph: Command): void {
  const command = graph
    .command("export")
    .description("Writes the graph of a scope: memories, the entities that at least two of them name, links.")
    .argument("<file>", "where to; - is standard output")
    .option("--format <name>", `${FORMATS.join(" or ")} (default: by the ending of the file)`);
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos graph export ana.graphml --user ana");
  command.action(async (file: string) => {
    const { format = formatOf(file) } = optionsOf(command, z.object({ format: z.enum(FORMATS).optional() }));
    const scope = scopeOf(command);
    if (file === "-" && wantsJson(command))
      throw new UsageError("--json and - both write to standard output; name a file.");
    const { graph: exported, complete } = await withStoreToRead(command, (memos) =>
      memos.graph.export(scope),
    );
    const text = format === "graphml" ? toGraphML(exported) : `${JSON.stringify(toJson(exported))}\n`;
    if (file === "-") {
      process.stdout.write(text);
      return;
    }
    await writeNew(file, text);
    const result = { file, format, nodes: exported.order, edges: exported.size, complete };
    print(command, result, () => `wrote ${result.nodes} nodes and ${result.edges} edges to ${file}`);
  });
}

function formatOf(file: string): (typeof FORMATS)[number] {
  return extname(file).toLowerCase() === ".graphml" ? "graphml" : "json";
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new MemosError(
      "INVALID_INPUT",
      `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}.`,
      {
        path: "FILE",
        cause: error,
      },
    );
  }
}
