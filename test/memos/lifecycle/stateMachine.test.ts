import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { isMemosError, type MemCube } from "../../../memos/index.js";
import { Life, oneOf, seeded } from "../../memcube/lifeModel.js";
import { allOf, inBothTiers, openMemos, openStore, remember, textIn } from "../support.js";

/** `LIFE_SEQUENCES=100000` runs the long proof. */
const SEQUENCES = Number(process.env["LIFE_SEQUENCES"] ?? 80);
const STEPS = 12;
const CUBES = 3;
/** The index is asked in every so many sequences: asking costs more than the steps. */
const ASKED_EVERY = 10;

const START = Date.parse("2030-01-01T00:00:00.000Z");
mock.timers.enable({ apis: ["Date"], now: START });
after(() => mock.timers.reset());

interface Modelled {
  readonly id: string;
  readonly life: Life;
  readonly texts: string[];
  /** Operation, actor and cause of each version, as far as they were given. */
  readonly log: string[];
  version: number;
  ends: boolean;
}

const STEPS_OF_ONE = [
  "update",
  "restore",
  "approve",
  "archive",
  "activate",
  "freeze",
  "thaw",
  "expire",
  "renew",
  "forget",
  "recover",
  "readonly",
  "hold",
  "merge",
] as const;

test("random lives of cubes in the ledger go as the model says: states, versions, what is found", async (t) => {
  const { memos, path } = await openMemos(t, { trackUse: false, upkeep: false });
  const store = await openStore(t, path);
  const random = seeded(11);
  let clock = START;
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const scope = { tenant: `t${sequence % 7}`, user: `u${sequence}` };
    const cubes: Modelled[] = [];
    for (let n = 0; n < CUBES; n++) {
      const text = `The walrus ${n === 2 ? 1 : n} of ${sequence} is grey.`;
      const id = await remember(memos, text, scope);
      cubes.push({ id, life: new Life(), texts: [text], log: ["add"], version: 1, ends: false });
    }
    const done: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      clock += 1_000;
      mock.timers.setTime(clock);
      const cube = oneOf(cubes, random);
      const name = oneOf(STEPS_OF_ONE, random);
      done.push(`${name} ${cubes.indexOf(cube)}`);
      const said = { actor: `actor ${step}`, cause: `because ${step}` };
      const note = (one: Modelled, operation: string, cause = said.cause, actor = said.actor) => {
        one.version++;
        one.log.push(`${operation} ${actor}: ${cause}`);
      };
      let expected = false;
      let work: () => Promise<unknown>;
      if (name === "merge") {
        const pair = [cube, oneOf(cubes, random)];
        const distinct = new Set(pair).size === 2;
        // On copies: of two, both are merged or none.
        expected = distinct && pair.every(({ life }) => Object.assign(new Life(), life).take("merge"));
        work = async () => {
          const { written } = await memos.lifecycle.merge(
            pair.map(({ id }) => id),
            scope,
            said,
          );
          const merged = written[0]?.id ?? "";
          for (const one of pair) {
            one.life.take("merge");
            note(one, "merge", `merged into ${merged}: ${said.cause}`);
          }
          // Undone at once, so that the parents are all there is to look at.
          await memos.lifecycle.unmerge(merged, scope, said);
          for (const one of pair) {
            one.life.take("unmerge");
            note(one, "unmerge");
          }
        };
        if (!distinct) continue;
      } else if (name === "expire") {
        // Another end would renew a cube that has ended.
        if (cube.life.expired) continue;
        expected = !cube.life.forgotten;
        work = async () => {
          await memos.lifecycle.govern(cube.id, { expiresAt: new Date(clock + 10) }, scope, said);
          note(cube, "govern");
          clock += 1_000;
          mock.timers.setTime(clock);
          const { expired } = await memos.lifecycle.sweep();
          const ends = cube.life.take("expire");
          assert.equal(expired, Number(ends));
          if (ends) {
            note(cube, "expire", `due since ${new Date(clock - 990).toISOString()}`, "memos");
            return;
          }
          await memos.lifecycle.govern(cube.id, { expiresAt: null }, scope, said);
          note(cube, "govern");
        };
      } else if (name === "renew") {
        expected = !cube.life.forgotten;
        work = async () => {
          const { operation } = await memos.lifecycle.govern(cube.id, { expiresAt: null }, scope, said);
          assert.equal(operation, cube.life.expired ? "renew" : "govern");
          if (cube.life.expired) cube.life.take("renew");
          note(cube, operation);
        };
      } else if (name === "readonly" || name === "hold") {
        const on = random() < 0.5;
        const patch = name === "readonly" ? { readonly: on } : { retention: on ? "legal-hold" : "default" };
        expected = cube.life.take("govern");
        work = async () => {
          await memos.lifecycle.govern(cube.id, patch as { readonly: boolean }, scope, said);
          if (name === "readonly") cube.life.readonly = on;
          else cube.life.held = on;
          note(cube, "govern");
        };
      } else if (name === "update") {
        expected = cube.life.take("update");
        const text = `The walrus ${step} of ${sequence} sings.`;
        work = async () => {
          await memos.update(cube.id, { text }, scope, said);
          cube.texts.push(text);
          note(cube, "update");
        };
      } else if (name === "restore") {
        expected = cube.life.take("restore");
        work = async () => {
          const readonly = cube.life.readonly;
          const held = cube.life.held;
          await memos.restore(cube.id, 1, scope, said);
          cube.texts.push(cube.texts[0] as string);
          note(cube, "restore");
          cube.life.readonly = readonly;
          cube.life.held = held;
        };
      } else {
        expected = cube.life.take(name);
        work = async () => {
          await (name === "forget"
            ? memos.forget(cube.id, scope, said)
            : memos.lifecycle[name](cube.id, scope, said));
          note(cube, name);
        };
      }
      const where = `sequence ${sequence}: ${done.join(", ")}`;
      let refusal: unknown;
      try {
        await work();
      } catch (error) {
        if (!isMemosError(error)) throw error;
        refusal = error;
        assert.ok(["INVALID_TRANSITION", "CONFLICT", "NOT_FOUND"].includes(error.code), where);
      }
      assert.equal(refusal === undefined, expected, `${where}: ${String(refusal)}`);
      for (const one of cubes) await sameAsModel(one, where);
    }
    if (sequence % ASKED_EVERY === 0) await inBothTiers(store, () => visibility(done.join(", ")));

    async function sameAsModel(one: Modelled, where: string) {
      if (one.life.forgotten) {
        await assert.rejects(memos.get(one.id, scope), where);
        return;
      }
      const cube: MemCube = await memos.get(one.id, scope);
      assert.deepEqual(
        [cube.state, cube.version, textIn(cube)],
        [one.life.state, one.version, one.texts.at(-1)],
        where,
      );
    }

    async function visibility(where: string) {
      const visible = (archived: boolean) =>
        cubes.filter(
          ({ life }) =>
            life.state === "active" || life.state === "frozen" || (archived && life.state === "archived"),
        );
      const ids = (all: readonly Modelled[]) => all.map(({ id }) => id).sort();
      assert.deepEqual((await allOf(memos, scope)).map(({ id }) => id).sort(), ids(visible(false)), where);
      for (const archived of [false, true]) {
        const { hits } = await memos.search("walrus", scope, { channels: ["text"], archived });
        const seen = hits.flatMap(({ cube, duplicates }) => [cube.id, ...duplicates]).sort();
        assert.deepEqual(seen, ids(visible(archived)), `archived ${archived}: ${where}`);
        // Cubes that say the same are one answer.
        const texts = new Set(visible(false).map(({ texts }) => texts.at(-1)));
        if (!archived) assert.equal(hits.length, texts.size, where);
      }
      for (const { id, life, log } of cubes) {
        if (life.forgotten) continue;
        const { versions, intact } = await memos.history(id, scope);
        assert.ok(intact, where);
        const written = versions
          .slice(1)
          .map(({ operation, actor, cause }) => `${operation} ${actor}: ${cause}`);
        assert.deepEqual(["add", ...written], log, where);
      }
    }
  }
});
