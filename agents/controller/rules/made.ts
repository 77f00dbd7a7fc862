import { factsIn } from "../../../graph/extraction/index.js";
import { sentencesIn } from "../../../graph/extraction/sentences.js";
import { learnableText, type MemCube, type Source, sha256, textOf } from "../../../memcube/index.js";
import type { Router } from "../../routing/router.js";
import type { RoutedType } from "../../routing/routerModel.js";
import type { Procedural } from "../../types/index.js";
import { core, episodic, procedural, resource, semantic } from "../../types/index.js";
import { CONTROLLER_LIMITS } from "../limits.js";
import type { Memory } from "../memory.js";
import { isEnglish, saysSomethingLasting } from "./lasting.js";
import { referenceIn } from "./reference.js";
import { stepsIn } from "./steps.js";

/** The block that what the user says of themselves stands in (MIRIX's name for it). */
export const HUMAN = "human";

/** Longer messages are taken sentence by sentence. */
const STATEMENT_CHARACTERS = 240;

/**
 * The memories that rules make of one message, beside the message itself, which is taken for the type that it is most
 * of. They quote: nothing is said in other words than those of the message.
 */
export async function madeByRules(
  cube: MemCube,
  types: readonly RoutedType[],
  itself: RoutedType,
  router: Router,
): Promise<Memory[]> {
  const text = learnableText(cube).slice(0, CONTROLLER_LIMITS.readCharacters);
  const made: Memory[] = [];
  const others = types.filter((type) => type !== itself);
  if (types.includes("core")) made.push(...(await coreOf(cube, text, router)));
  if (others.includes("semantic")) made.push(...semanticOf(cube, text));
  if (others.includes("procedural")) made.push(...proceduralOf(cube, text));
  if (others.includes("resource")) made.push(...resourceOf(cube, text));
  if (others.includes("episodic")) made.push(...episodicOf(cube, text));
  return made.slice(0, CONTROLLER_LIMITS.memories);
}

async function coreOf(cube: MemCube, text: string, router: Router): Promise<Memory[]> {
  const spans = sentencesIn(text);
  const { origin, actor } = cube.provenance;
  const said = spans.map(([start, end]) => text.slice(start, end));
  const lasting = isEnglish(text) ? said.map(saysSomethingLasting) : said.map(() => true);
  // A short message is one statement, whatever its sentences are by themselves.
  if (isShort(text) && lasting.every(Boolean)) return quoted(cube, text, [[0, text.length]]);
  const routes = await router.route(said.map((sentence) => ({ text: sentence, origin, actor })));
  return quoted(
    cube,
    text,
    spans.filter((_, at) => lasting[at] === true && (isShort(text) || routes[at]?.types.includes("core"))),
  );
}

function quoted(cube: MemCube, text: string, spans: readonly (readonly [number, number])[]): Memory[] {
  return spans.flatMap(([start, end]): Memory[] => {
    const content = core.schema.safeParse({ label: HUMAN, value: text.slice(start, end) }).data;
    return content === undefined ? [] : [{ type: "core", content, from: [sourceOf(cube, start, end)] }];
  });
}

/** The router has told of a short message that it is of core memory, so a sentence of it need not be by itself. */
function isShort(text: string): boolean {
  return text.length <= STATEMENT_CHARACTERS;
}

function semanticOf(cube: MemCube, text: string): Memory[] {
  const { actor } = cube.provenance;
  const { title } = cube.attributes;
  const said = new Date(cube.time.occurredAt ?? cube.time.recordedAt);
  const facts = factsIn(text, { speaker: actor, title, at: said }).filter(({ subject }) => subject !== actor);
  return sentencesIn(text).flatMap(([start, end]) => {
    const inside = facts.filter(({ span }) => span[0] >= start && span[1] <= end);
    const subjects = new Set(inside.map(({ subject }) => subject));
    return [...subjects].flatMap((name): Memory[] => {
      const stated = inside.filter(({ subject }) => subject === name);
      const content = semantic.schema.safeParse({
        name,
        details: text.slice(start, end),
        facts: stated.map(({ subject, relation, object, validFrom, validTo }) => ({
          subject,
          relation,
          object,
          ...(validFrom === undefined ? {} : { validFrom }),
          ...(validTo === undefined ? {} : { validTo }),
        })),
      }).data;
      return content === undefined ? [] : [{ type: "semantic", content, from: [sourceOf(cube, start, end)] }];
    });
  });
}

function proceduralOf(cube: MemCube, text: string): Memory[] {
  const found = stepsIn(text);
  if (found === undefined) return [];
  const kind: Procedural["kind"] = found.preconditions.length > 0 ? "guide" : "workflow";
  const content = procedural.schema.safeParse({ ...found, kind }).data;
  return content === undefined ? [] : [{ type: "procedural", content, from: [sourceOf(cube)] }];
}

function resourceOf(cube: MemCube, text: string): Memory[] {
  const reference = referenceIn(text);
  if (reference === undefined) return [];
  const content = resource.schema.safeParse({
    ...reference,
    summary: text.slice(0, STATEMENT_CHARACTERS * 4),
  }).data;
  return content === undefined ? [] : [{ type: "resource", content, from: [sourceOf(cube)] }];
}

function episodicOf(cube: MemCube, text: string): Memory[] {
  const content = episodic.schema.safeParse({ what: text.slice(0, STATEMENT_CHARACTERS * 4) }).data;
  return content === undefined ? [] : [{ type: "episodic", content, from: [sourceOf(cube)] }];
}

/** A span of a message's text, or all of it. */
export function sourceOf(cube: MemCube, start?: number, end?: number): Source {
  const span = start === undefined || end === undefined ? {} : { span: [start, end] as [number, number] };
  return { cube: cube.id, ...span, sha256: sha256(textOf(cube) ?? "") };
}
