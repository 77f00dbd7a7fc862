/** The JSON value between the first and the last brace of an answer; undefined where there is none, or it is too long. */
export function outermostObject(answer: string, characters: number): unknown {
  const start = answer.indexOf("{");
  const end = answer.lastIndexOf("}");
  if (answer.length > characters || start === -1 || end <= start) return undefined;
  try {
    return JSON.parse(answer.slice(start, end + 1));
  } catch {
    return undefined;
  }
}
