import type { Command } from "commander";
import type { ModelFolder } from "../../../memos/inference/models/modelFolder.js";
import { modelsFolder } from "../config.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";

const CHECKED_BY = {
  list: "its SHA-256 is the one in the list",
  server: "its SHA-256 is the one that the server sent along",
  header: "checked by its length and its header only",
} as const;

export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .summary("models that run on this machine")
    .description(
      "Fetches and checks models for the local engine. They lie in MEMOS_MODELS, or in ~/.cache/memos/models. Nothing is fetched unless this command is told to.",
    );
  withExample(models, "memos models pull qwen2.5-0.5b");

  const list = models.command("list").description("Shows models to begin with, and those that are here.");
  withExample(list, "memos models list");
  list.action(async () => {
    const found = await (await openFolder()).list();
    print(list, { folder: modelsFolder(), models: found }, () =>
      table(
        ["name", "size", "here", "licence", "for"],
        found.map(({ name, file, path, bytes, licence, purpose }) => [
          name ?? file,
          size(bytes),
          path === undefined ? "no" : "yes",
          licence,
          purpose,
        ]),
      ),
    );
  });

  const pull = models
    .command("pull")
    .description("Fetches a model; goes on where an earlier attempt stopped.")
    .argument("<model>", "a name out of the list, or the address of a GGUF file");
  withExample(pull, "memos models pull qwen2.5-0.5b");
  pull.action(async (model: string) => {
    const signal = interruption();
    const folder = await openFolder();
    const fetched = await withProgress((progress) =>
      folder.pull(model, {
        signal,
        onProgress: (done, total) =>
          progress.update(`fetching ${model} (MB)`, megabytes(done), total && megabytes(total)),
      }),
    );
    print(pull, fetched, () =>
      fetched.found
        ? `${fetched.path} is here already`
        : `fetched ${fetched.path} (${size(fetched.bytes)}); ${CHECKED_BY[fetched.checkedBy]}`,
    );
  });

  const check = models
    .command("check")
    .description(
      "Looks at a model: its header, and whether its bytes are those that were fetched. Exit status 1 when they are not.",
    )
    .argument("<model>", "a name out of the list, or a GGUF file");
  withExample(check, "memos models check qwen2.5-0.5b");
  check.action(async (model: string) => {
    const checked = await (await openFolder()).check(model, interruption());
    const { path, bytes, architecture, contextLength, unchanged, sha256 } = checked;
    print(check, checked, () =>
      [
        `${path}: ${architecture}, ${size(bytes)}, a context of ${contextLength} tokens`,
        `SHA-256 ${sha256}${unchanged === undefined ? "" : unchanged ? ", as it was fetched" : ", NOT as it was fetched: pull it again"}`,
      ].join("\n"),
    );
    if (unchanged === false) process.exitCode = 1;
  });
}

async function openFolder(): Promise<ModelFolder> {
  const { ModelFolder } = await import("../../../memos/inference/models/modelFolder.js");
  return new ModelFolder(modelsFolder());
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1e6);
}

function size(bytes: number): string {
  return `${megabytes(bytes)} MB`;
}
