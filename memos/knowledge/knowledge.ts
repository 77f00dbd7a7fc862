import { canonicalRelation, entityKey } from "../../graph/extraction/index.js";
import { type MemoryGraph, shortestPath } from "../../graph/index.js";
import {
  type CubeId,
  cubeIdSchema,
  type MemCube,
  MemosError,
  type Scope,
  scopeSchema,
  textOf,
  titledText,
} from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { Embedding } from "../embedding.js";
import { entityNumber, MENTION_FIELDS, ROLE_NAMES, ROLE_NUMBERS } from "../extraction/cubeGraph.js";
import type { Authorize } from "../governance/access.js";
import { parse } from "../parse.js";
import type { Question, StoredFact } from "../store/graphLedger.js";
import type { Store } from "../store/store.js";
import { type CurrentFact, CurrentFacts, keysOfName } from "./currentFacts.js";
import { GraphDrawing, labelOf, nameIn } from "./drawing.js";
import { bySubjectAndRelation, factValue, statementsInTime } from "./facts.js";
import {
  type AnswerResult,
  type CurrentQuery,
  type CurrentResult,
  currentQuerySchema,
  type EntityResult,
  exportOptionsSchema,
  type FactHop,
  type FactOptions,
  type FactResult,
  factOptionsSchema,
  GRAPH_LIMITS,
  type GraphExportOptions,
  type GraphSample,
  type Neighbour,
  type NeighboursOptions,
  type NeighboursResult,
  neighboursOptionsSchema,
  type PathResult,
  phraseSchema,
  questionSchema,
  type RivalsOptions,
  type RivalsResult,
  rivalsOptionsSchema,
  type SampleOptions,
  sampleOptionsSchema,
} from "./operations.js";
import { walkQuestion } from "./questionWalk.js";
import { matchOf, questionWords } from "./questionWords.js";
import { RelationLikeness } from "./relationLikeness.js";
import { COMMON, sampleGraph } from "./sampling.js";

/** Cosine similarity from which two texts are neighbours by what they say. */
const SIMILAR = 0.5;

/** How often a path is looked for one entity further. */
const PATH_ROUNDS = 4;

const PAGE = 500;

/**
 * What memory knows beyond single texts: how cubes hang together, who is named where, and what holds now.
 * Everything is read from the ledger at the moment of asking and is a pure function of the cubes that are
 * there: what is forgotten leaves no trace in any answer.
 */
export class Knowledge {
  readonly #store: Store;
  readonly #embedding: Embedding;
  readonly #authorize: Authorize;
  readonly #likeness = new RelationLikeness();

  constructor(store: Store, embedding: Embedding, authorize: Authorize) {
    this.#store = store;
    this.#embedding = embedding;
    this.#authorize = authorize;
  }

  /**
   * The cubes that a cube hangs together with: links in either direction, names that few cubes have, and
   * texts that say something similar.
   *
   * @throws MemosError NOT_FOUND, also for a cube of another scope.
   */
  async neighbours(id: string, scope: Scope, options: NeighboursOptions = {}): Promise<NeighboursResult> {
    const { limit, signal } = parse(neighboursOptionsSchema, options);
    const question = await this.#question("graph.neighbours", scope);
    const cubeId = parse(cubeIdSchema, id);
    const key = await this.#keyOf(question, cubeId);
    const { ledger } = this.#store;
    const [{ mentions, links }, similar] = await Promise.all([
      ledger.edgesOf(question, [key]),
      this.#similar(question, key, signal),
    ]);
    throwIfAborted(signal);
    const found = new Map<
      number,
      {
        weight: number;
        because: { kind: string; entity?: number; what: string; weight: number; by: string }[];
      }
    >();
    const join = (
      cube: number,
      reason: { kind: string; entity?: number; what: string; weight: number; by: string },
    ) => {
      if (cube === key) return;
      const known = found.get(cube) ?? { weight: 0, because: [] };
      known.weight += reason.weight;
      known.because.push(reason);
      found.set(cube, known);
    };
    for (const { from, to, kind, weight, by, why } of links)
      join(from === key ? to : from, { kind, what: why ?? "", weight, by });
    const entities = new Set<number>();
    for (let at = 0; at < mentions.length; at += MENTION_FIELDS) entities.add(mentions[at + 1] as number);
    const naming = await ledger.naming(question, Float64Array.from(entities), COMMON + 1);
    const namedBy = new Map<number, { cube: number; role: number }[]>();
    for (const { entity, ...row } of naming) namedBy.set(entity, [...(namedBy.get(entity) ?? []), row]);
    for (const [entity, rows] of namedBy) {
      // A part that nobody has as a name of its own may be any word with a capital.
      if (rows.length > COMMON || rows.every(({ role }) => role === ROLE_NUMBERS.part)) continue;
      const weight = 1 / rows.length;
      for (const { cube } of rows) join(cube, { kind: "mentions", entity, what: "", weight, by: "rule" });
    }
    for (const { cube, similarity } of similar)
      join(cube, { kind: "similar", what: "", weight: similarity / 2, by: "rule" });
    const best = [...found].sort((a, b) => b[1].weight - a[1].weight || a[0] - b[0]).slice(0, limit);
    const cubes = await this.#cubes(question, [key, ...best.map(([cube]) => cube)]);
    const names = this.#names(mentions, cubes);
    return {
      id: cubeId,
      neighbours: best.flatMap(([cubeKey, { weight, because }]): Neighbour[] => {
        const cube = cubes.get(cubeKey);
        if (cube === undefined) return [];
        return [
          {
            cube,
            weight,
            because: because
              .map(({ entity, ...reason }) => ({
                ...reason,
                kind: reason.kind as Neighbour["because"][number]["kind"],
                what: entity === undefined ? reason.what : (names.get(entity) ?? ""),
              }))
              .sort((a, b) => b.weight - a.weight),
          },
        ];
      }),
    };
  }

  /**
   * How two cubes hang together: the strongest path over links and shared names.
   *
   * @throws MemosError NOT_FOUND.
   */
  async path(
    from: string,
    to: string,
    scope: Scope,
    options: { signal?: AbortSignal } = {},
  ): Promise<PathResult> {
    const question = await this.#question("graph.path", scope);
    const [start, end] = [
      await this.#keyOf(question, parse(cubeIdSchema, from)),
      await this.#keyOf(question, parse(cubeIdSchema, to)),
    ];
    const { ledger } = this.#store;
    const seen = new Set([start, end]);
    let frontier = [...seen];
    const drawing = new GraphDrawing();
    for (let round = 0; round <= PATH_ROUNDS && frontier.length > 0; round++) {
      throwIfAborted(options.signal);
      const edges = await ledger.edgesOf(question, frontier);
      drawing.add(edges, await this.#cubes(question, frontier));
      const graph = drawing.graph();
      const path = shortestPath(graph, drawing.idOf(start), drawing.idOf(end));
      if (path !== undefined)
        return { nodes: [...path.nodes], steps: path.steps.map((step) => [...step]), cost: path.cost };
      if (round === PATH_ROUNDS) break;
      const entities = new Set<number>();
      for (let at = 0; at < edges.mentions.length; at += MENTION_FIELDS)
        entities.add(edges.mentions[at + 1] as number);
      const naming = await ledger.naming(question, Float64Array.from(entities), COMMON);
      const reached = [
        ...naming.map(({ cube }) => cube),
        ...edges.links.flatMap((link) => [link.from, link.to]),
      ];
      frontier = [...new Set(reached)]
        .filter((cube) => !seen.has(cube))
        .slice(0, GRAPH_LIMITS.pathCubes - seen.size);
      for (const cube of frontier) seen.add(cube);
    }
    return { nodes: [], steps: [], cost: null };
  }

  /** Everything about one entity: the cubes that name it, its facts, and what it is named together with. */
  async entity(name: string, scope: Scope, options: FactOptions = {}): Promise<EntityResult> {
    const { asOf, signal } = parse(factOptionsSchema, options);
    const question = await this.#question("graph.entity", scope, asOf);
    const wanted = parse(phraseSchema, name);
    const entity = entityNumber(question.scope, entityKey(wanted));
    const { ledger } = this.#store;
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    const [naming, asSubject, asObject] = await Promise.all([
      ledger.naming(question, Float64Array.of(entity), GRAPH_LIMITS.entries),
      ledger.facts(question, { by: "subject", entity }, at, GRAPH_LIMITS.entries),
      ledger.facts(question, { by: "object", entity }, at, GRAPH_LIMITS.entries),
    ]);
    throwIfAborted(signal);
    const keys = naming.map(({ cube }) => cube);
    const [cubes, edges] = await Promise.all([this.#cubes(question, keys), ledger.edgesOf(question, keys)]);
    const together = new Map<number, Set<number>>();
    for (let row = 0; row < edges.mentions.length; row += MENTION_FIELDS) {
      const other = edges.mentions[row + 1] as number;
      if (other === entity || (edges.mentions[row + 2] as number) > 1) continue;
      const where = together.get(other) ?? new Set();
      together.set(other, where.add(edges.mentions[row] as number));
    }
    const names = this.#names(edges.mentions, cubes);
    return {
      name: names.get(entity) ?? wanted,
      cubes: naming.flatMap(({ cube: key, role }) => {
        const cube = cubes.get(key);
        return cube === undefined
          ? []
          : [{ id: cube.id, role: ROLE_NAMES[role] as "title" | "name" | "part", label: labelOf(cube) }];
      }),
      facts: bySubjectAndRelation([
        ...asSubject,
        ...asObject.filter((fact) => fact.subject !== entity),
      ]).flatMap((group) =>
        statementsInTime(group, at ?? Date.now()).map((entry) => ({
          subject: entry.fact.stored.subjectName,
          relation: entry.fact.stored.relation,
          value: factValue(entry),
        })),
      ),
      related: [...together]
        .map(([other, where]) => ({ name: names.get(other) ?? "", cubes: where.size }))
        .filter((row) => row.name !== "")
        .sort((a, b) => b.cubes - a.cubes || (a.name < b.name ? -1 : 1))
        .slice(0, GRAPH_LIMITS.neighbours),
    };
  }

  /** The value of a fact now or at another time, everything it ever was, and the cubes that say so. */
  async fact(
    subject: string,
    relation: string,
    scope: Scope,
    options: FactOptions = {},
  ): Promise<FactResult> {
    const { asOf, signal } = parse(factOptionsSchema, options);
    const question = await this.#question("graph.fact", scope, asOf);
    const name = parse(phraseSchema, subject);
    const canonical = canonicalRelation(parse(phraseSchema, relation));
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    const facts = await this.#store.ledger.facts(
      question,
      { by: "subject", entity: entityNumber(question.scope, entityKey(name)), relation: canonical },
      at,
      GRAPH_LIMITS.statements,
    );
    throwIfAborted(signal);
    const history = statementsInTime(facts, at ?? Date.now());
    const current = history.filter(({ status }) => status === "current" || status === "contradicted");
    const newestFirst = [...current].reverse();
    const distinct = newestFirst.filter(
      ({ fact }, index) =>
        newestFirst.findIndex((other) => entityKey(other.fact.object) === entityKey(fact.object)) === index,
    );
    return {
      subject: facts.at(-1)?.subjectName ?? name,
      relation: canonical,
      current: distinct.map(factValue),
      history: history.map(factValue),
      contradicted: history.some(({ status }) => status === "contradicted"),
    };
  }

  /**
   * What holds now, or held then, along a chain of relations: `{ subject: "Dusk", relations: ["author", "spouse"] }`
   * asks for the spouse of the author of Dusk. Each hop goes on from the newest value of the one before. Where a
   * relation is not known, what was found until there is returned, with what is missing.
   */
  async current(query: CurrentQuery, scope: Scope, options: FactOptions = {}): Promise<CurrentResult> {
    const { asOf, signal } = parse(factOptionsSchema, options);
    const question = await this.#question("graph.current", scope, asOf);
    const { subject, relations } = parse(currentQuerySchema, query);
    const facts = new CurrentFacts(this.#store.ledger, question, this.#likeness);
    const found: CurrentFact[] = [];
    let name = subject;
    for (const relation of relations) {
      throwIfAborted(signal);
      const [known = []] = await facts.of([keysOfName(name)]);
      const fact = namedFact(known, relation);
      const value = fact?.holds[0]?.fact.object;
      if (fact === undefined || value === undefined)
        return {
          known: false,
          value: null,
          confidence: 0,
          hops: found.map(factHop),
          missing: { subject: name, relation: canonicalRelation(relation) },
        };
      found.push(fact);
      name = value;
    }
    return { known: true, value: name, confidence: certainty(found), hops: found.map(factHop) };
  }

  /**
   * Answers a question from current facts, over at most four of them ("Where does the author of Dusk live?"),
   * without a model: names and relations of the question are looked up and walked. Says that the answer is not
   * known where the facts do not account for the question.
   */
  async answer(question: string, scope: Scope, options: FactOptions = {}): Promise<AnswerResult> {
    const { asOf, signal } = parse(factOptionsSchema, options);
    const read = await this.#question("graph.answer", scope, asOf);
    const text = parse(questionSchema, question);
    throwIfAborted(signal);
    const facts = new CurrentFacts(this.#store.ledger, read, this.#likeness);
    const walked = await walkQuestion(text, facts, read.scope.user, this.#likeness, signal);
    const value = walked?.hops.at(-1)?.holds[0]?.fact.object;
    if (walked === undefined || value === undefined)
      return { known: false, text: null, confidence: 0, hops: [] };
    return {
      known: true,
      text: value,
      confidence: certainty(walked.hops) * walked.fit,
      hops: walked.hops.map(factHop),
    };
  }

  /**
   * Facts of relations with one value at a time for which more than one value was stated: which of them hold by
   * their times, and which were superseded. An end that was stated takes a value out.
   */
  async rivals(scope: Scope, options: RivalsOptions = {}): Promise<RivalsResult> {
    const { cubes, limit, signal } = parse(rivalsOptionsSchema, options);
    const question = await this.#question("graph.rivals", scope);
    const { ledger } = this.#store;
    const named = cubes === undefined ? undefined : await ledger.keysOf(question, cubes);
    const facts: RivalsResult["facts"] = [];
    const seen = new Set<string>();
    for (let after = 0; ; ) {
      throwIfAborted(signal);
      const keys = named?.map(({ key }) => key) ?? (await ledger.keysAfter(question, after, PAGE));
      const stated = await ledger.factsAbout(question, keys, undefined, GRAPH_LIMITS.statements);
      for (const group of bySubjectAndRelation(stated)) {
        const { subject, subjectName, relation } = group[0] as StoredFact;
        const name = `${subject} ${relation}`;
        if (seen.has(name)) continue;
        seen.add(name);
        const open = statementsInTime(group, question.now).filter(({ status }) => status !== "ended");
        if (new Set(open.map(({ fact }) => entityKey(fact.object))).size < 2) continue;
        if (facts.length === limit) return { facts, complete: false };
        facts.push({ subject: subjectName, relation, values: open.map(factValue) });
      }
      const last = keys.at(-1);
      if (named !== undefined || last === undefined || keys.length < PAGE) return { facts, complete: true };
      after = last;
    }
  }

  /** The graph of a scope, in graphology: cubes, the entities that at least two of them name, links. */
  async export(
    scope: Scope,
    options: GraphExportOptions = {},
  ): Promise<{ graph: MemoryGraph; complete: boolean }> {
    const { limit, signal } = parse(exportOptionsSchema, options);
    const question = await this.#question("graph.export", scope);
    const { ledger } = this.#store;
    const drawing = new GraphDrawing();
    for (let after = 0; ; ) {
      throwIfAborted(signal);
      const keys = await ledger.keysAfter(question, after, PAGE);
      const last = keys.at(-1);
      if (last === undefined) return { graph: drawing.graph(), complete: true };
      const taken = keys.slice(0, limit - drawing.cubes);
      drawing.add(await ledger.edgesOf(question, taken), await this.#cubes(question, taken));
      if (taken.length < keys.length) return { graph: drawing.graph(), complete: false };
      after = last;
    }
  }

  /**
   * A part of the graph that can be looked at: what surrounds a cube or a name, or, without either, the names
   * that most of the newest cubes share and those cubes; never more nodes than the limit.
   *
   * @throws MemosError NOT_FOUND for a cube that is not in the scope.
   */
  async sample(scope: Scope, options: SampleOptions = {}): Promise<GraphSample> {
    const { cube, entity, limit, asOf, signal } = parse(sampleOptionsSchema, options);
    const question = await this.#question("graph.sample", scope, asOf);
    const focus =
      cube !== undefined
        ? { cube: await this.#keyOf(question, cube) }
        : entity !== undefined
          ? { entity: entityNumber(question.scope, entityKey(entity)) }
          : undefined;
    const cubes = (keys: readonly number[]) => this.#cubes(question, keys);
    return sampleGraph({ ledger: this.#store.ledger, question, cubes }, focus, { limit, signal });
  }

  /** The cubes whose vectors are nearest to that of a cube, as far as they are near. */
  async #similar(question: Question, key: number, signal: AbortSignal | undefined) {
    const cube = (await this.#cubes(question, [key])).get(key);
    const text = cube === undefined ? "" : titledText(cube.attributes.title, textOf(cube) ?? "");
    const vector = text === "" ? null : await this.#embedding.query(text, signal, []);
    if (vector === null) return [];
    const { scope, now, permit } = question;
    const limit = GRAPH_LIMITS.similar + 1;
    const selected = permit === undefined ? undefined : await this.#store.ledger.select(question);
    const asked = { scope, types: undefined, now, vector, limit, keys: selected?.keys };
    const nothing = { terms: [], phrases: [], historic: [], also: [] };
    const { candidates } = await this.#store.index.search({ ...asked, ...nothing });
    return candidates
      .map((candidate) => ({ cube: candidate.key, similarity: candidate.similarity ?? 0 }))
      .filter(({ similarity }) => similarity >= SIMILAR);
  }

  /** What exists now, or existed then: what was archived or has expired since counts as it did. */
  async #question(operation: string, scope: Scope, asOf?: string): Promise<Question> {
    const owner = parse(scopeSchema, scope);
    const { labels: permit } = await this.#authorize(operation, "read", owner);
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    return { scope: owner, now: at ?? Date.now(), asOf: at, permit };
  }

  async #keyOf(question: Question, id: CubeId): Promise<number> {
    const [found] = await this.#store.ledger.keysOf(question, [id]);
    if (found === undefined) throw new MemosError("NOT_FOUND", `There is no cube ${id} in this scope.`);
    return found.key;
  }

  async #cubes(question: Question, keys: readonly number[]): Promise<Map<number, MemCube>> {
    const located = await this.#store.ledger.byKeys(keys, question.scope, undefined, question.permit);
    return new Map(located.map(({ key, cube }) => [key, cube]));
  }

  /** What each entity is called in the first of these cubes that names it. */
  #names(mentions: Float64Array, cubes: ReadonlyMap<number, MemCube>): Map<number, string> {
    const names = new Map<number, string>();
    for (let at = 0; at < mentions.length; at += MENTION_FIELDS) {
      const entity = mentions[at + 1] as number;
      const cube = cubes.get(mentions[at] as number);
      if (cube === undefined || names.has(entity)) continue;
      const name = nameIn(
        cube,
        entity,
        mentions[at + 2] as number,
        mentions[at + 3] as number,
        mentions[at + 4] as number,
      );
      if (name !== "") names.set(entity, name);
    }
    return names;
  }
}

/** The fact with this relation, or else the one that these words ask for. */
function namedFact(known: readonly CurrentFact[], relation: string): CurrentFact | undefined {
  const canonical = canonicalRelation(relation);
  const named = known.find((fact) => fact.relation === canonical);
  if (named !== undefined) return named;
  const words = questionWords(relation);
  const asked = known.flatMap((fact) => {
    const match = matchOf(fact.relation, words, () => true, words.length);
    return match === undefined ? [] : [{ fact, weight: match.weight }];
  });
  return asked.sort((a, b) => b.weight - a.weight)[0]?.fact;
}

/** 1 where each fact has one value; of several that hold, one is right as often as it is one of them. */
function certainty(facts: readonly CurrentFact[]): number {
  return facts.reduce((product, { holds }) => product / Math.max(1, holds.length), 1);
}

function factHop({ subject, relation, holds, superseded }: CurrentFact): FactHop {
  const [value, ...others] = holds.map(factValue);
  return {
    subject,
    relation,
    value: value as FactHop["value"],
    others: others.slice(0, GRAPH_LIMITS.values),
    superseded: superseded.slice(-GRAPH_LIMITS.values).map(factValue),
  };
}
