/** Halvings of [0, 1] until a quantile is as exact as a number can be. */
const HALVINGS = 60;

/**
 * What is believed of a rate after so many successes and failures, where nothing was known before: the posterior
 * Beta(1 + successes, 1 + failures) of a uniform prior (Bayes 1763; Gelman et al., "Bayesian Data Analysis",
 * section 2.4), its mean and the interval in which the rate is with probability `mass`, as much of the rest on
 * either side.
 *
 * @param successes and failures: whole numbers.
 * @example
 * betaInterval(5, 1).mean; // 0.75
 */
export function betaInterval(
  successes: number,
  failures: number,
  mass = 0.9,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const [a, b] = [successes + 1, failures + 1];
  const tail = (1 - mass) / 2;
  return { mean: a / (a + b), low: betaQuantile(tail, a, b), high: betaQuantile(1 - tail, a, b) };
}

/** The x below which Beta(a, b) is with a probability; `a` and `b` are whole and at least 1. */
export function betaQuantile(probability: number, a: number, b: number): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return 1;
  const logs = logFactorials(a + b - 1);
  let [low, high] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (cumulative(middle, a, b, logs) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The probability of Beta(a, b) below x, which for whole numbers is that of at least `a` successes in a + b - 1
 * trials at the rate x (DLMF 8.17.5): a sum of positive terms, so that nothing cancels out.
 */
function cumulative(x: number, a: number, b: number, logs: Float64Array): number {
  const n = a + b - 1;
  const [logX, logY] = [Math.log(x), Math.log1p(-x)];
  let sum = 0;
  for (let j = a; j <= n; j++) {
    const ways = (logs[n] as number) - (logs[j] as number) - (logs[n - j] as number);
    sum += Math.exp(ways + j * logX + (n - j) * logY);
  }
  return Math.min(1, sum);
}

function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 1; k <= n; k++) logs[k] = (logs[k - 1] as number) + Math.log(k);
  return logs;
}
