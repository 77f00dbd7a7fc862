/** Draws again until it is something that it has not drawn before; who draws has far more than is taken. */
export function distinct(): (draw: () => string) => string {
  const taken = new Set<string>();
  return (draw) => {
    for (;;) {
      const drawn = draw();
      if (taken.has(drawn)) continue;
      taken.add(drawn);
      return drawn;
    }
  };
}
