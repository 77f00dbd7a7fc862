/**
 * Groups of which all pairs are near (complete linkage): an item joins the first group whose members are all near
 * it, else it begins one. Groups of one are left out, and none has more than `atMost` items. Chains therefore do
 * not grow: that A is near B and B near C does not make A and C one.
 *
 * @param items few: every item is compared with the members of every group.
 */
export function completeLinkage<Item>(
  items: readonly Item[],
  near: (a: Item, b: Item) => boolean,
  atMost: number,
): Item[][] {
  const groups: Item[][] = [];
  for (const item of items) {
    const joined = groups.find(
      (group) => group.length < atMost && group.every((member) => near(member, item)),
    );
    if (joined === undefined) groups.push([item]);
    else joined.push(item);
  }
  return groups.filter((group) => group.length > 1);
}
