/** The screens of the viewer, each at `/view/NAME`; the first is also at `/`. */
export const SCREENS = [
  "search",
  "memories",
  "graph",
  "timeline",
  "entity",
  "shelves",
  "work",
  "review",
] as const;

/** What one memory is shown at: `/view/memory/ID`. */
export const MEMORY_SCREEN = "memory";

export type Screen = (typeof SCREENS)[number] | typeof MEMORY_SCREEN;
