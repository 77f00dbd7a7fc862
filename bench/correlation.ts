/** Pearson's correlation of two lists of equal length. */
export function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanOne, meanOther] = [mean(one), mean(other)];
  let [both, ofOne, ofOther] = [0, 0, 0];
  for (let at = 0; at < one.length; at++) {
    const x = (one[at] ?? Number.NaN) - meanOne;
    const y = (other[at] ?? Number.NaN) - meanOther;
    both += x * y;
    ofOne += x * x;
    ofOther += y * y;
  }
  return both / Math.sqrt(ofOne * ofOther);
}
