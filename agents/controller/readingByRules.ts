import { learnableText, type MemCube } from "../../memcube/index.js";
import { type Route, Router } from "../routing/router.js";
import type { RoutedType } from "../routing/routerModel.js";
import type { BatchTrace } from "./batchTrace.js";
import type { Forgetting, Writers } from "./forgetting.js";
import { madeByRules } from "./rules/made.js";
import type { Taking } from "./taking.js";

/** Types that a message itself can be taken for; of the user's own facts, core memory gets quotations. */
const ITSELF: readonly RoutedType[] = ["episodic", "semantic", "procedural", "resource"];

/** Reads messages without a model: each is routed to the types that it is of, and memories quote it. */
export class ReadingByRules {
  readonly #taking: Taking;
  readonly #forgetting: Forgetting;

  constructor(taking: Taking, forgetting: Forgetting) {
    this.#taking = taking;
    this.#forgetting = forgetting;
  }

  async read(said: readonly MemCube[], writers: Writers, trace: BatchTrace): Promise<void> {
    const router = await Router.shared();
    const routes = await routesOf(router, said);
    const retyped: [MemCube, RoutedType][] = [];
    for (const [index, cube] of said.entries()) {
      if (this.#forgetting.asks(cube)) {
        trace.read(cube, [], "It asks to forget something.");
        trace.add(await this.#forgetting.byRules(cube, writers));
        continue;
      }
      const route = routes[index] as Route;
      trace.read(cube, route.types);
      const itself = mostOf(route);
      if (itself !== "episodic" && itself !== cube.type) retyped.push([cube, itself]);
      for (const memory of await madeByRules(cube, route.types, itself, router))
        trace.add(await this.#taking.take(memory, [cube]));
    }
    // Last: a message of another type is not read again, and a crash before this has everything made of it anew.
    for (const [cube, type] of retyped) trace.add(await this.#taking.retype(cube, type));
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

/** The type that a message is most of, among those that it can itself be taken for; an event where it is none. */
function mostOf({ types, scores }: Route): RoutedType {
  const able = ITSELF.filter((type) => types.includes(type));
  return able.reduce<RoutedType>(
    (most, type) => (scores[type] > scores[most] ? type : most),
    able[0] ?? "episodic",
  );
}
