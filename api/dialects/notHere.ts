import { HttpError } from "../problem.js";

/** What the clients of a dialect can do and nothing here does truly: an error, as a success with nothing behind it would be a lie. */
export function notHereFor(client: "mem0" | "supermemory"): (message: string) => HttpError {
  return (message) =>
    new HttpError("UNSUPPORTED", message, {
      status: 501,
      title: "Not done here",
      remedy: `docs/${client}.md has what each call of ${client}'s clients does here.`,
    });
}
