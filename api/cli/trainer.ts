import type { Trainer } from "../../memos/index.js";
import { type TrainerChoice, trainerFolder } from "./config.js";

/** Makes the trainer that was chosen; none where nothing was set up. It starts when there is something to train. */
export async function createTrainer(choice: TrainerChoice): Promise<Trainer | undefined> {
  const { findPython, PythonTrainer, RemoteTrainer } = await import(
    "../../memos/parametric/training/index.js"
  );
  switch (choice.kind) {
    case "remote":
      return new RemoteTrainer({ url: choice.url, apiKey: choice.key });
    case "python":
      return new PythonTrainer({ python: choice.python });
    case "prepared": {
      const found = await findPython(trainerFolder());
      return found === undefined ? undefined : new PythonTrainer({ python: found.python });
    }
  }
}
