import { CommanderError } from "commander";
import { reportFailure } from "./failure.js";
import { isClosedPipe } from "./output.js";
import { buildProgram } from "./program.js";

// Whoever reads the output may stop early (`memos search … | head`): the rest is for nobody, and no failure.
process.stdout.on("error", (error) => {
  if (!isClosedPipe(error)) throw error;
});

const argv = process.argv.slice(2);
try {
  await buildProgram().parseAsync(argv, { from: "user" });
} catch (error) {
  // Help and version end a command by an error of commander's that says zero.
  if (!(error instanceof CommanderError && error.exitCode === 0))
    process.exitCode = reportFailure(error, argv.includes("--json"));
}
