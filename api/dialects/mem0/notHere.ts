import { HttpError } from "../../problem.js";

/** What mem0 can do and nothing here does truly: an error, as a success with nothing behind it would be a lie. */
export function notHere(message: string): HttpError {
  return new HttpError("UNSUPPORTED", message, {
    status: 501,
    title: "Not done here",
    remedy: "docs/mem0.md has what each call of mem0's clients does here.",
  });
}
