import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { COSTS } from "../../../bench/placement/costs.js";
import { IndexCache } from "../../../bench/placement/indexCache.js";
import { simulateNode } from "../../../bench/placement/node.js";
import { CORE_LINES, LINE_TOKENS } from "../../../bench/placement/ownerMemory.js";
import { zipfRank } from "../../../bench/placement/random.js";
import { TieredStates } from "../../../bench/placement/stateCache.js";
import { DAY, type Operation } from "../../../bench/placement/synthetic.js";
import { syntheticTexts } from "../../../bench/text.js";
import { seededRandom } from "../../../eval/metrics/index.js";
import { ask } from "../../memos/chat/support.js";
import { localEngine } from "../../memos/inference/local/support.js";
import { openMemos, remember } from "../../memos/support.js";

/** Entries of the outbox that a search reads at once when it opens a partition. */
const OPENING_PAGE = 1_000;

test("a real store of 10,000 cubes opens partitions and flushes them as often as is simulated, and as many rows", async (t) => {
  const counts = { opens: 0, flushes: 0 };
  const post = Worker.prototype.postMessage;
  t.mock.method(Worker.prototype, "postMessage", function (this: Worker, ...args: Parameters<typeof post>) {
    const { method, args: given } = args[0] as { method?: string; args?: unknown[] };
    if (method === "pending" && given?.[2] === OPENING_PAGE) counts.opens++;
    if (method === "flushed") counts.flushes++;
    return post.apply(this, args);
  });
  // Nothing is idle until the test says so, however slow the machine is.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { memos } = await openMemos(t, { upkeep: false, trackUse: false });
  const simulated = new IndexCache(new Map(), { bytesPerRow: 1_510, cacheBytes: 2 ** 30 });
  const sizes: number[] = Array.from({ length: 300 }, (_, tenant) =>
    tenant === 0 ? 3_000 : tenant === 1 ? 1_500 : 18,
  );
  sizes[2] = 10_000 - sizes.reduce((sum, size) => sum + size, 0) + 18;
  const texts = syntheticTexts(10_000, 0);
  let from = 0;
  for (const [tenant, size] of sizes.entries())
    for (let left = size; left > 0; left -= 256) {
      const count = Math.min(256, left);
      const batch = texts.slice(from, from + count);
      from += count;
      for await (const _ of memos.addMany(batch, { tenant: `t${tenant}` }));
      await memos.settled();
      simulated.add(tenant, count, 0);
    }
  const random = seededRandom(7);
  const real = { open: 0, opened: 0 };
  const found = { open: 0, opened: 0 };
  for (let search = 0; search < 600; search++) {
    const tenant = Math.floor(sizes.length * random());
    const before = counts.opens;
    await memos.search("anything", { tenant: `t${tenant}` }, { k: 1 });
    real[counts.opens === before ? "open" : "opened"]++;
    found[simulated.search(tenant, 0).tier === "open" ? "open" : "opened"]++;
  }
  assert.deepEqual(real, found);
  assert.ok(real.open > 100 && real.opened > sizes.length / 2, JSON.stringify(real));
  t.mock.timers.tick(2_000);
  await memos.settled();
  simulated.search(0, 2_000);
  assert.ok(simulated.flushes >= 4);
  assert.equal(counts.flushes, simulated.flushes);
  for (const [tenant] of sizes.slice(0, 4).entries())
    assert.equal(
      (await memos.stats({ tenant: `t${tenant}` })).index.pending,
      simulated.waitingOf(tenant),
      `${tenant}`,
    );
});

/** Prompts of some owners over some weeks; now and then one of them has a new core memory. */
function history(): Operation[] {
  const random = seededRandom(3);
  return Array.from({ length: 160 }, (_, place) => ({
    at: place * (DAY / 8),
    owner: zipfRank(12, random),
    kind: "chat" as const,
    cubes: place % 40 === 39 ? 1 : 0,
    tokens: LINE_TOKENS,
    core: place % 40 === 39,
    first: true,
  }));
}

/** Share of prompts by which a tier may be off: sizes are those of another model, and not all the same. */
const TOLERANCE = 0.08;

test("the local engine serves as many prompts from live sequences, files and compressed states as is simulated", async (t) => {
  const operations = history();
  const begin = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: begin });
  const engine = await localEngine(t, { sequences: 2, contextTokens: 2_048 });
  const one = await sizeOfAState(t);
  const quotas = { fileBytes: 3.5 * one.file, compressedBytes: 2.5 * one.compressed };
  const activations = {
    fileBytes: Math.round(quotas.fileBytes),
    compressedBytes: Math.round(quotas.compressedBytes),
    // What evaluating takes differs from the model that costs are of; what pays is decided by use.
    placement: { restoreMsPerMegabyte: 0 },
  };
  const { memos } = await openMemos(t, { engine, upkeep: false, trackUse: false, activations });
  const scopes = Array.from({ length: 12 }, (_, owner) => ({ tenant: `t${owner + 10}`, user: "u" }));
  for (const scope of scopes)
    for (let line = 0; line < CORE_LINES; line++) await remember(memos, coreMemory(line), scope);
  const real = { live: 0, file: 0, compressed: 0, none: 0 };
  for (const { at, owner, core } of operations) {
    t.mock.timers.setTime(begin + at);
    const scope = scopes[owner] as (typeof scopes)[number];
    const { tokens, block } = await ask(memos, `What is ${at}?`, scope, {
      remember: false,
      budget: 0,
      maxTokens: 1,
    });
    await memos.settled();
    if (tokens.restored > 0) real[block.state as "file" | "compressed"]++;
    else real[tokens.prefilled < tokens.prompt / 2 ? "live" : "none"]++;
    if (core) await remember(memos, coreMemory(at), scope);
  }
  const bytes = CORE_LINES * LINE_TOKENS * COSTS.kv.bytesPerToken;
  const compressedShare = one.compressed / one.file;
  const cache = new TieredStates({
    fileBytes: 3.5 * bytes,
    compressedBytes: 2.5 * bytes * compressedShare,
    coldDays: 30,
    compressedShare,
    placement: activations.placement,
  });
  const owners = scopes.map((_, tenant) => ({ tenant, cubes: 1, agent: false, sessionsPerDay: 1 }));
  const index = { bytesPerRow: 1, cacheBytes: 1 };
  const settings = { owners, rows: new Map(), index, sequences: 2, warmUpDays: 0, seed: 1 };
  const { states } = await simulateNode(operations, settings, { shipped: cache });
  const simulated = states["shipped"]?.tiers;
  t.diagnostic(JSON.stringify({ real, simulated }));
  for (const tier of ["live", "file", "compressed", "none"] as const)
    assert.ok(
      Math.abs(real[tier] - (simulated?.[tier] ?? 0)) <= TOLERANCE * operations.length,
      `${tier}: ${JSON.stringify({ real, simulated })}`,
    );
  assert.ok(real.live > 0 && real.file > 20 && real.compressed > 5 && real.none > 20, JSON.stringify(real));
});

function coreMemory(number: number) {
  return {
    text: `Rule ${1_000_000 + number}: the ship with the blue sail is to leave before noon.`,
    type: "core" as const,
  };
}

/** Bytes of the state of an owner's block, as the engine writes it and compressed. */
async function sizeOfAState(
  t: Parameters<typeof localEngine>[0],
): Promise<{ file: number; compressed: number }> {
  const engine = await localEngine(t, { sequences: 2, contextTokens: 2_048 });
  const { memos } = await openMemos(t, {
    engine,
    upkeep: false,
    activations: { automatic: false, fileBytes: 0 },
  });
  const scope = { tenant: "t10", user: "u" };
  for (let line = 0; line < CORE_LINES; line++) await remember(memos, coreMemory(line), scope);
  const { bytes: file } = await memos.activations.compile(scope);
  await memos.activations.tidy();
  const [state] = (await memos.activations.list(scope)).activations;
  assert.equal(state?.tier, "compressed");
  return { file, compressed: state.bytes };
}
