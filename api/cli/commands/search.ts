import type { Command } from "commander";
import * as z from "zod";
import { LIMITS, textOf } from "../../../memcube/index.js";
import { querySchema, whenSchema } from "../../../memos/operations.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { score } from "../explanation.js";
import { oneLine, print, table } from "../output.js";
import { withStoreToRead } from "../store.js";

const optionsSchema = z.object({
  k: wholeNumber(1, LIMITS.results),
  asOf: whenSchema.optional(),
  archived: z.boolean().default(false),
});

export function registerSearch(program: Command): void {
  const command = program
    .command("search")
    .summary("rank memories for a query")
    .description("Ranks the memories that bear on a query, best first.")
    .argument("<query>", "what to look for")
    .option("-k <count>", "most results", "10")
    .option("--as-of <date>", "what was known at that time, as 2026-03-01 or 2026-03-01T12:00:00Z")
    .option("--archived", "archived memories too");
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(command, 'memos search "Lisbon" --user ana -k 5');
  command.action(async (given: string) => {
    const query = argumentOf("QUERY", given, querySchema);
    const options = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const result = await withStoreToRead(command, (memos) => memos.search(query, scope, options));
    print(command, result, () => {
      if (result.hits.length === 0) return "nothing found";
      const rows = result.hits.map(({ cube, score: fused }, index) => [
        index + 1,
        score(fused),
        oneLine(textOf(cube) ?? cube.attributes.title ?? cube.payload.kind, 60),
        cube.id,
      ]);
      return table(["#", "score", "memory", "id"], rows);
    });
  });
}
