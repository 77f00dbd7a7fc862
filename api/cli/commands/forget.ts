import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, originSchema, type Scope } from "../../../memcube/index.js";
import type { ForgetReceipt, ForgetSelector, MemOS } from "../../../memos/index.js";
import { forgetSelectorSchema, purgeReceiptSchema } from "../../../memos/lifecycle/forgetting/operations.js";
import { querySchema, whenSchema } from "../../../memos/operations.js";
import { parse } from "../../../memos/parse.js";
import { argumentOf, commaList, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, oneLine, print } from "../output.js";
import { withExistingStore } from "../store.js";
import { UsageError } from "../usageError.js";

const optionsSchema = z.object({
  purge: z.boolean().default(false),
  preview: z.boolean().default(false),
  token: z.string().optional(),
  all: z.literal(true).optional(),
  from: whenSchema.optional(),
  to: whenSchema.optional(),
  origin: commaList(originSchema).optional(),
  actor: commaList(z.string().min(1)).optional(),
  query: querySchema.optional(),
  k: wholeNumber(1, 1_000).optional(),
  verify: z.string().min(1).optional(),
});

export function registerForget(program: Command): void {
  const command = program
    .command("forget")
    .summary("forget memories")
    .description(
      "Forgets memories: from then on they are neither found nor shown, also not with --as-of, and `memos restore` undoes it for 30 days. With --purge their content is gone from the store for good; the receipt that --json prints can be verified.",
    )
    .argument("[ids...]", "their ids")
    .option("--purge", "take the content out of the store for good")
    .option("--preview", "only show what would be forgotten")
    .option("--token <token>", "forget exactly what a preview showed")
    .option("--all", "everything in the scope")
    .option("--from <date>", "recorded at this time or later")
    .option("--to <date>", "recorded before this time")
    .option("--origin <origins>", "user, assistant, tool, document, inferred")
    .option("--actor <names>", "said or made by these")
    .option("--query <text>", "what a search finds; needs the token of a preview")
    .option("-k <count>", "results of the query")
    .option("--verify <receipt>", "look for what the purge of this receipt (a file) was to remove");
  takeScope(command, ["user", "agent", "session"]);
  withExample(
    command,
    "memos forget 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b",
    "memos forget --all --user ana --purge --json > receipt.json",
    "memos forget --verify receipt.json",
  );
  command.action(async (given: string[]) => {
    const ids = given.map((id) => argumentOf("ID", id, cubeIdSchema));
    const { purge, preview, token, verify, origin, actor, ...others } = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    if (verify !== undefined) return verifyReceipt(command, verify);
    const wanted = {
      ...others,
      ...(ids.length === 0 ? {} : { ids }),
      ...(origin === undefined ? {} : { origins: origin }),
      ...(actor === undefined ? {} : { actors: actor }),
    };
    const selector = forgetSelectorSchema.safeParse(pick(wanted));
    if (!selector.success)
      throw new UsageError("Name what to forget: ids, --from, --to, --origin, --actor, --query, or --all.");
    if (preview) return showPreview(command, pick(wanted), scope);
    await withExistingStore(command, (memos) =>
      ids.length === 1 && !purge && Object.keys(pick(wanted)).length === 1
        ? forgetOne(command, memos, ids[0] as string, scope)
        : forgetSome(command, memos, pick(wanted), scope, { purge, token }),
    );
  });
}

/** Only the conditions of a selector. */
function pick(options: Record<string, unknown>): ForgetSelector {
  const names = Object.keys(forgetSelectorSchema.shape);
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

async function forgetOne(command: Command, memos: MemOS, id: string, scope: Scope): Promise<void> {
  const receipt = await memos.forget(id, scope);
  print(command, receipt, () => `forgot ${id}`);
}

async function forgetSome(
  command: Command,
  memos: MemOS,
  selector: ForgetSelector,
  scope: Scope,
  { purge, token }: { purge: boolean; token: string | undefined },
): Promise<void> {
  const mode = purge ? "purge" : "tombstone";
  const receipt = await memos.forgetting.forget(selector, scope, { mode, token });
  print(command, receipt, () => summary(receipt));
}

function summary({ mode, forgotten, skipped, steps, more }: ForgetReceipt): string {
  const open = Object.entries(steps).flatMap(([step, state]) => (state === "pending" ? [step] : []));
  return [
    `${mode === "purge" ? "purged" : "forgot"} ${counted(forgotten.length, "memory", "memories")}`,
    ...skipped.map(({ id, reason }) => `left ${id}: ${reason}`),
    ...(open.length === 0 ? [] : [`still to be done, and done soon: ${open.join(", ")}`]),
    ...(more ? ["there are more: repeat the command"] : []),
  ].join("\n");
}

async function showPreview(command: Command, selector: ForgetSelector, scope: Scope): Promise<void> {
  const preview = await withExistingStore(command, (memos) => memos.forgetting.preview(selector, scope));
  print(command, preview, () =>
    [
      `${counted(preview.count, "memory", "memories")}, and ${preview.derived} made from them`,
      ...preview.sample.map(({ id, text }) => `${id}  ${oneLine(text, 60)}`),
      ...preview.held.map(({ id, reason }) => `left ${id}: ${reason}`),
      `--token ${preview.token}`,
    ].join("\n"),
  );
}

async function verifyReceipt(command: Command, file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`There is no receipt at ${file}.`);
  });
  const receipt = parse(purgeReceiptSchema, JSON.parse(text));
  const proof = await withExistingStore(command, (memos) => memos.forgetting.verify(receipt, receipt.scope));
  print(command, proof, () =>
    [
      proof.clean ? "nothing is left" : "something is left",
      `${proof.files} files, ${proof.bytes} bytes, ${proof.windows} fingerprints`,
      ...proof.found.map((one) => `${one.cube} in ${one.file} at ${one.offset}`),
      ...proof.remains.map((id) => `${id} in the ledger`),
      ...(proof.saidElsewhere > 0
        ? [`${proof.saidElsewhere} places where a memory that is left says the same`]
        : []),
      ...(proof.tooShort.length > 0 ? [`${proof.tooShort.length} too short to be looked for`] : []),
    ].join("\n"),
  );
  if (!proof.clean) process.exitCode = 1;
}
