import { ROLE_NUMBERS } from "../../extraction/cubeGraph.js";
import { MENTION, type Surroundings } from "../../store/graphLedger.js";
import { type AskedTerms, either, type Reading, type Said } from "./reading.js";
import { specificity } from "./walk.js";

/** A cube that may be one of a pair. */
export interface Partner {
  readonly key: number;
  /** How likely it is wanted by itself. */
  readonly likely: number;
  readonly reading: Reading;
}

/** What a cube and another one that shares a name with it hold of a question. */
export interface Together {
  /** Share of the question that the two hold beyond what this one holds alone, for the best other. */
  readonly joint: number;
  /** Share that this one adds to a likely other: the missing piece. */
  readonly bridge: number;
}

/**
 * Evidence from pairs, by cube. A question over several hops is answered by cubes that each hold a part of it
 * and share a name; a cube that holds its words by chance shares none. Of each cube counts its title and the
 * sentence with the shared name; of a cube that is about the name, everything. A name that many cubes have
 * counts less.
 */
export function together(
  partners: readonly Partner[],
  { mentions, frequencies }: Surroundings,
  asked: AskedTerms,
  cubes: number,
): Map<number, Together> {
  const partnerOf = new Map(partners.map((partner) => [partner.key, partner]));
  const wholes = new Map(partners.map(({ key, reading }) => [key, reading.whole]));
  const sayings = new Map<number, { readonly partner: Partner; readonly said: Said }[]>();
  for (let at = 0; at < mentions.length; at += MENTION) {
    const partner = partnerOf.get(mentions[at + 1] as number);
    if (partner === undefined) continue;
    const said =
      mentions[at + 2] === ROLE_NUMBERS.title
        ? (wholes.get(partner.key) as Said)
        : either(partner.reading.title, partner.reading.sentence(mentions[at + 3] as number));
    const entity = mentions[at] as number;
    const known = sayings.get(entity);
    if (known === undefined) sayings.set(entity, [{ partner, said }]);
    else known.push({ partner, said });
  }
  const pairs = new Map<number, { joint: number; bridge: number }>();
  for (const [entity, said] of sayings) {
    const specific = specificity(frequencies[entity] as number, cubes);
    for (const one of said)
      for (const other of said) {
        if (one.partner === other.partner) continue;
        const both = either(one.said, other.said);
        const alone = wholes.get(one.partner.key) as Said;
        const held = specific * asked.share((at) => both[at]) - asked.share((at) => alone[at]);
        const added = specific * asked.share((at) => both[at] === 1 && other.said[at] === 0);
        const bridge = added * Math.sqrt(other.partner.likely);
        const known = pairs.get(one.partner.key);
        if (known === undefined) pairs.set(one.partner.key, { joint: held, bridge });
        else {
          known.joint = Math.max(known.joint, held);
          known.bridge = Math.max(known.bridge, bridge);
        }
      }
  }
  return pairs;
}
