/** What a piece of a document is compared by. */
export interface Piece {
  /** Hash of its text. */
  readonly text: string;
  /** Hash of where it stands: its number, titles and position. */
  readonly place: string;
}

/** What is to be done so that the old pieces become the new ones. Numbers are positions in the two lists. */
export interface Alignment {
  readonly unchanged: readonly Pair[];
  /** The same text at another place. */
  readonly moved: readonly Pair[];
  /** Another text in the place of an old one. */
  readonly changed: readonly Pair[];
  readonly added: readonly number[];
  readonly gone: readonly number[];
}

interface Pair {
  readonly before: number;
  readonly after: number;
}

/**
 * Finds for each new piece the old one that it continues: one of the same text, preferably at the same place, else
 * the one that stood next to what the piece before it continues. Each old piece is continued once at most.
 */
export function align(before: readonly Piece[], after: readonly Piece[]): Alignment {
  const from = new Array<number | undefined>(after.length).fill(undefined);
  const used = new Array<boolean>(before.length).fill(false);
  const take = (index: number, old: number) => {
    from[index] = old;
    used[old] = true;
  };
  takeSame(before, after, ({ text, place }) => `${text} ${place}`, from, used, take);
  takeSame(before, after, ({ text }) => text, from, used, take);
  const changed: Pair[] = [];
  const added: number[] = [];
  for (const index of after.keys()) {
    if (from[index] !== undefined) continue;
    const next = index === 0 ? 0 : (from[index - 1] ?? before.length) + 1;
    if (next < before.length && used[next] === false) {
      take(index, next);
      changed.push({ before: next, after: index });
    } else added.push(index);
  }
  const replaced = new Set(changed.map((pair) => pair.after));
  const same = [...after.keys()].flatMap((index): Pair[] => {
    const old = from[index];
    return old === undefined || replaced.has(index) ? [] : [{ before: old, after: index }];
  });
  const stays = (pair: Pair) => before[pair.before]?.place === after[pair.after]?.place;
  return {
    unchanged: same.filter(stays),
    moved: same.filter((pair) => !stays(pair)),
    changed,
    added,
    gone: [...before.keys()].filter((old) => used[old] === false),
  };
}

/** Pairs what has the same key, in the order of both lists. */
function takeSame(
  before: readonly Piece[],
  after: readonly Piece[],
  key: (piece: Piece) => string,
  from: readonly (number | undefined)[],
  used: readonly boolean[],
  take: (index: number, old: number) => void,
): void {
  const waiting = new Map<string, number[]>();
  for (const [old, piece] of before.entries()) {
    if (used[old] === true) continue;
    const same = waiting.get(key(piece));
    if (same === undefined) waiting.set(key(piece), [old]);
    else same.push(old);
  }
  for (const list of waiting.values()) list.reverse();
  for (const [index, piece] of after.entries()) {
    if (from[index] !== undefined) continue;
    const old = waiting.get(key(piece))?.pop();
    if (old !== undefined) take(index, old);
  }
}
