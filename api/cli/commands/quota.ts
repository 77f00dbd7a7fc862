import type { Command } from "commander";
import * as z from "zod";
import type { QuotaResult } from "../../../memos/governance/quota.js";
import { optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { print, table } from "../output.js";
import { withStore, withStoreToRead } from "../store.js";

const limit = wholeNumber(0, 1e15 - 1).optional();
const optionsSchema = z.object({ cubes: limit, textBytes: limit, apiKeys: limit });

export function registerQuota(program: Command): void {
  const quota = program
    .command("quota")
    .summary("what a tenant may hold")
    .description("Shows and sets what a tenant may hold at most.");
  withExample(quota, "memos quota show");
  const show = quota.command("show").description("Shows the limits of a tenant and what it holds.");
  takeScope(show, []);
  withExample(show, "memos quota show --tenant acme");
  show.action(async () => {
    const { tenant } = scopeOf(show);
    const result = await withStoreToRead(show, (memos) => memos.governance.quota(tenant));
    print(show, result, () => quotaText(result));
  });
  const set = quota
    .command("set")
    .description("Sets every limit of a tenant; what is not named is not limited any more.")
    .option("--cubes <number>", "memories that are not forgotten")
    .option("--text-bytes <number>", "bytes of text, of every version that is kept")
    .option("--api-keys <number>", "API keys that are not revoked");
  takeScope(set, []);
  withExample(set, "memos quota set --tenant acme --cubes 100000");
  set.action(async () => {
    const { tenant } = scopeOf(set);
    const wanted = optionsOf(set, optionsSchema);
    const result = await withStore(set, (memos) => memos.governance.setQuota(tenant, wanted));
    print(set, result, () => quotaText(result));
  });
}

function quotaText({ quota, usage }: QuotaResult): string {
  const rows = [
    ["memories", usage.cubes, quota.cubes ?? "no limit"],
    ["bytes of text", usage.textBytes, quota.textBytes ?? "no limit"],
    ["API keys", usage.apiKeys, quota.apiKeys ?? "no limit"],
  ];
  return table(["", "holds", "may hold"], rows);
}
