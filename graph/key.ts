/**
 * graphology keeps the neighbours of a node in plain objects, where the name of a property that every
 * object has would be taken for a neighbour.
 */
const TAKEN: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));
const MARK = "~";
const MARKS = /^~+/;

/** The key of a node in graphology: its id, with a mark before it when it is `constructor` and the like. */
export function keyOf(id: string): string {
  return TAKEN.has(id.replace(MARKS, "")) ? MARK + id : id;
}

/** The id of a node that has this key in graphology. */
export function idOf(key: string): string {
  return key.startsWith(MARK) && TAKEN.has(key.replace(MARKS, "")) ? key.slice(MARK.length) : key;
}
