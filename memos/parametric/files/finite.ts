/** Whether none of the numbers is infinite or not a number. */
export function finite(numbers: Float32Array): boolean {
  let sum = 0;
  // Nothing times 0 is nothing, unless it is infinite or no number.
  for (let at = 0; at < numbers.length; at++) sum += (numbers[at] as number) * 0;
  return sum === 0;
}
