import assert from "node:assert/strict";
import { test } from "node:test";
import { SearchIndex } from "../../../memos/store/index/searchIndex.js";
import type { Ledger } from "../../../memos/store/ledger.js";
import { PLACES } from "../objects/support.js";
import { flush, openMemos, openStore } from "../support.js";

const SCOPE = { tenant: "acme" };

/** A ledger where something happens right before one method is answered, once. */
function interrupted(ledger: Ledger, method: keyof Ledger, happens: () => Promise<void>): Ledger {
  let waiting = true;
  return new Proxy(ledger, {
    get(target, name) {
      const original = Reflect.get(target, name);
      if (name !== method) return original;
      return async (...args: unknown[]) => {
        if (waiting) {
          waiting = false;
          await happens();
        }
        return (original as (...given: unknown[]) => Promise<unknown>)(...args);
      };
    },
  });
}

for (const place of PLACES)
  for (const [method, followed] of [
    ["pending", "reading what waits for a partition"],
    ["changesAfter", "following what another process has written"],
  ] as const)
    test(`a flush while a search is ${followed} hides nothing, ${place.name}`, async (t) => {
      const options = await place.options(t);
      const { memos, path } = await openMemos(t, options);
      const store = await openStore(t, path, undefined, options.objects);
      await memos.add("The walrus is grey.", SCOPE);
      const ledger = interrupted(store.ledger, method, () => flush(store));
      const index = new SearchIndex(ledger, store.folder, store.embedder, 0);
      const search = async () => {
        const { candidates } = await index.search({
          scope: SCOPE,
          terms: ["walru"],
          phrases: [],
          vector: null,
          types: undefined,
          now: Date.now(),
          keys: undefined,
          historic: [],
          also: [],
          limit: 10,
        });
        return candidates.map(({ tier }) => tier);
      };
      assert.deepEqual(await search(), ["base"]);
      await memos.add("The walrus is blue.", SCOPE);
      assert.deepEqual((await search()).sort(), ["base", "delta"]);
    });
