import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, LIMITS } from "../../../memcube/index.js";
import { querySchema, type RecallResult, whenSchema } from "../../../memos/operations.js";
import { argumentOf, commaList, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { explanationText, score } from "../explanation.js";
import { print, table } from "../output.js";
import { withStoreToUse } from "../store.js";

const optionsSchema = z.object({
  budget: wholeNumber(1, LIMITS.contextTokens),
  asOf: whenSchema.optional(),
  archived: z.boolean().default(false),
  without: commaList(cubeIdSchema).optional(),
  explain: z.boolean().default(false),
});

export function registerRecall(program: Command): void {
  const command = program
    .command("recall")
    .summary("compile the context for a question")
    .description("Compiles the memories that bear on a query into one cited text within a token budget.")
    .argument("<query>", "what the context is for")
    .option("--budget <tokens>", "most tokens of the context", "800")
    .option("--as-of <date>", "what was known at that time, as 2026-03-01 or 2026-03-01T12:00:00Z")
    .option("--archived", "archived memories too")
    .option("--without <ids>", "as if these memories, and what was derived from them, did not exist")
    .option("--explain", "show where every score comes from");
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(command, 'memos recall "where does Ana live?" --user ana --budget 400 --explain');
  command.action(async (given: string) => {
    const query = argumentOf("QUERY", given, querySchema);
    const options = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const result = await withStoreToUse(command, (memos) => memos.recall(query, scope, options));
    print(command, result, () => contextText(result, options.explain));
  });
}

function contextText({ text, tokens, items }: RecallResult, explain: boolean): string {
  if (items.length === 0) return "nothing to recall";
  if (!explain) return text;
  const rows = items.map((item) => [
    item.citation,
    score(item.score),
    item.tokens,
    explanationText(item.explanation),
    item.id,
  ]);
  return `${text.trimEnd()}\n\n${table(["cited", "score", "tokens", "from", "id"], rows)}\n${tokens} tokens`;
}
