/** Runs work and looks, at every turn of the event loop, how many milliseconds the last one took. */
export async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  let next = setImmediate(function watch() {
    look();
    next = setImmediate(watch);
  });
  try {
    await work();
  } finally {
    clearImmediate(next);
  }
  look();
  return longest;
}
