/**
 * How often a cube's own terms count against those of the turns beside it: a turn is found by its
 * neighbours, and outranks them by what it says itself. Chosen on the LoCoMo development conversations.
 */
export const OWN_WEIGHT = 2;
