/** The command line itself is wrong: exit status 2, and the remedy is the command's help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
