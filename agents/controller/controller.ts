import { contentHash, learnableText, type MemCube } from "../../memcube/index.js";
import {
  type MemOS,
  parse,
  type Reader,
  type ReaderMaker,
  type Reading,
  type ReadingResult,
  type Trace,
} from "../../memos/index.js";
import { type Route, Router } from "../routing/router.js";
import type { RoutedType } from "../routing/routerModel.js";
import { handOverIn } from "../sharing/spaces.js";
import { CONTROLLER, TOKEN_CHARACTERS } from "./limits.js";
import { type ControllerOptions, controllerOptionsSchema } from "./options.js";
import { madeByRules } from "./rules/made.js";
import { Taking } from "./taking.js";

/** Types that a message itself can be taken for; of the user's own facts, core memory gets quotations. */
const ITSELF: readonly RoutedType[] = ["episodic", "semantic", "procedural", "resource"];

/**
 * Decides which memories become of what is said: reads batches of messages in the background, routes each to the
 * types that it is of, makes memories of it, and keeps a trace of what it did and why (`memos.traces`). A write never
 * waits for it, and what was said stays as it was said.
 *
 * @example
 * const memos = await MemOS.open({ path: "./.memos", reader: controller() });
 * const scope = { tenant: "local", user: "ana" };
 * await memos.add("I'm a vegetarian, and I live in Lisbon.", scope, { wait: "derived" });
 * const { cubes } = await memos.list(scope, { types: ["core"] });
 * await memos.close();
 */
export function controller(options: ControllerOptions = {}): ReaderMaker {
  const resolved = parse(controllerOptionsSchema, options);
  return (memos) => new Controller(memos, resolved.batch);
}

class Controller implements Reader {
  readonly batch: number;
  readonly #memos: MemOS;
  readonly #taking: Taking;
  readonly #tokens: number;
  readonly #idleMs: number;

  constructor(
    memos: MemOS,
    batch: { readonly turns: number; readonly tokens: number; readonly idleMs: number },
  ) {
    this.#memos = memos;
    this.#taking = new Taking(memos);
    this.batch = batch.turns;
    this.#tokens = batch.tokens;
    this.#idleMs = batch.idleMs;
  }

  dueAt(waiting: readonly MemCube[]): number {
    const said = waiting.filter(isSaid);
    const characters = said.reduce((sum, cube) => sum + learnableText(cube).length, 0);
    const whole = waiting.length >= this.batch || characters >= this.#tokens * TOKEN_CHARACTERS;
    if (said.length === 0 || whole) return 0;
    return Math.max(...said.map(({ time }) => Date.parse(time.recordedAt))) + this.#idleMs;
  }

  async read({ cubes }: Reading): Promise<ReadingResult> {
    const started = performance.now();
    const said = cubes.filter(isSaid);
    const [first] = said;
    if (first === undefined) return NOTHING;
    const id = contentHash(said.map(({ id, version }) => [id, version]));
    const router = await Router.shared();
    const routes = await routesOf(router, said);
    const read: Trace["read"] = [];
    const made: Trace["made"] = [];
    const refused: Trace["refused"] = [];
    for (const [index, cube] of said.entries()) {
      const { types } = routes[index] as Route;
      read.push({
        cube: cube.id,
        version: cube.version,
        types: [...types],
        ...(types.length > 0 ? {} : REST),
      });
      const itself = mostOf(routes[index] as Route);
      if (itself !== "episodic" && itself !== cube.type) add(await this.#taking.retype(cube, itself));
      for (const memory of await madeByRules(cube, types, itself, router))
        add(await this.#taking.take(memory, [cube], id));
    }
    function add(taken: { made: Trace["made"]; refused: Trace["refused"] }): void {
      made.push(...taken.made);
      refused.push(...taken.refused);
    }
    const { tenant, user } = first.scope;
    const scope = { tenant, ...(user === undefined ? {} : { user }) };
    await this.#memos.traces.record(
      {
        id,
        scope,
        at: new Date().toISOString(),
        by: "rules",
        read,
        made,
        refused,
        llmCalls: 0,
        llmTokens: 0,
        milliseconds: performance.now() - started,
      },
      scope,
    );
    return NOTHING;
  }
}

function routesOf(router: Router, cubes: readonly MemCube[]): Promise<Route[]> {
  return router.route(
    cubes.map((cube) => ({
      text: learnableText(cube),
      origin: cube.provenance.origin,
      actor: cube.provenance.actor,
      at: new Date(cube.time.occurredAt ?? cube.time.recordedAt),
    })),
  );
}

const NOTHING: ReadingResult = Object.freeze({
  unanswered: new Set<string>(),
  llmCalls: 0,
  llmTokens: 0,
  warnings: Object.freeze([]),
});

const REST = { reason: "It says nothing to be kept beside what was said." } as const;

/**
 * What people, assistants and tools say; not what was made of it, not what somebody gave a type, and not what was
 * handed over: that was said to another agent, who has read it.
 */
function isSaid({ type, provenance, scope }: MemCube): boolean {
  return (
    type === "episodic" &&
    provenance.origin !== "inferred" &&
    provenance.actor !== CONTROLLER &&
    handOverIn(scope) === undefined
  );
}

/** The type that a message is most of, among those that it can itself be taken for; an event where it is none. */
function mostOf({ types, scores }: Route): RoutedType {
  const able = ITSELF.filter((type) => types.includes(type));
  return able.reduce<RoutedType>(
    (most, type) => (scores[type] > scores[most] ? type : most),
    able[0] ?? "episodic",
  );
}
