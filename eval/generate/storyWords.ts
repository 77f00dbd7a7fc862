export const COLOURS =
  "amber azure black bronze copper coral crimson emerald golden green grey indigo ivory jade olive pearl purple ruby russet scarlet silver teal violet white".split(
    " ",
  );

export const THINGS =
  "anchor barrel basket bell boat candle clock compass curtain drum feather flag hammer harp kettle key lantern ledger loom mirror oar saddle statue violin".split(
    " ",
  );

/** What is done to a thing. */
export const DEEDS =
  "mended hid painted sold borrowed carried cleaned dropped found weighed wrapped buried lifted measured polished sketched traded unlocked admired burned".split(
    " ",
  );

export const PLACES = [
  "the boathouse",
  "the chapel",
  "the attic",
  "the orchard",
  "the mill",
  "the harbour",
  "the library",
  "the bakery",
  "the stable",
  "the lighthouse",
  "the market",
  "the greenhouse",
  "the cellar",
  "the schoolroom",
  "the ferry",
  "the quarry",
];

/** What happens to nobody. */
export const SCENERY = [
  "Rain fell on {place} until the evening.",
  "There was a smell of smoke near {place}.",
  "A dog barked somewhere behind {place}.",
  "The road to {place} was white with dust.",
  "Nobody spoke of {place} that week.",
  "The windows of {place} had been open all night.",
  "Leaves had gathered at the door of {place}.",
  "A letter lay unopened at {place}.",
];
