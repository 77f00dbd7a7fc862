/** Runs work and looks, at every turn of the event loop, how long the last one took. */
export async function longestHold<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly milliseconds: number }> {
  let longest = 0;
  let last = performance.now();
  let next: NodeJS.Immediate;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const watch = () => {
    look();
    next = setImmediate(watch);
  };
  next = setImmediate(watch);
  try {
    const result = await work();
    look();
    return { result, milliseconds: longest };
  } finally {
    clearImmediate(next);
  }
}
