import type { Command } from "commander";
import * as z from "zod";
import type { IngestReceipt } from "../../../agents/resources/receipt.js";
import { isMemosError, type MemosError } from "../../../memcube/index.js";
import { optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import { withProgress } from "../progress.js";
import { withStore } from "../store.js";
import { UsageError } from "../usageError.js";

/** A document that was not taken in, and why. */
interface Refusal {
  readonly file: string;
  readonly error: ReturnType<MemosError["toJSON"]>;
}

export function registerIngest(program: Command): void {
  const command = program
    .command("ingest")
    .summary("remember documents")
    .description(
      "Remembers documents in pieces that cite their pages or lines: Markdown, HTML, PDF, DOCX, plain text, source " +
        "code, images. A file that has changed since is brought up to date. Files that cannot be read are reported, " +
        "the others are taken in, and the exit status is 1.",
    )
    .argument("<files...>", "the files")
    .option("--id <name>", "what the document is known by, in place of its path (one file)");
  takeScope(command, ["user", "agent", "app", "session"], "user");
  withExample(command, "memos ingest manual.pdf notes.md --user ana");
  command.action(async (files: string[]) => {
    const { id } = optionsOf(command, z.object({ id: z.string().min(1).optional() }));
    if (id !== undefined && files.length > 1) throw new UsageError("--id is for one file.");
    const scope = scopeOf(command);
    const signal = interruption();
    const { ingestResource } = await import("../../../agents/resources/ingestResource.js");
    const documents: IngestReceipt[] = [];
    const refused: Refusal[] = [];
    await withProgress((progress) =>
      withStore(command, async (memos) => {
        for (const file of files) {
          try {
            const receipt = await ingestResource(memos, file, scope, {
              signal,
              ...(id === undefined ? {} : { id }),
              onProgress: ({ stage, chunks }) => progress.update(`${stage} ${file}: chunks`, chunks),
            });
            documents.push(receipt);
          } catch (error) {
            if (!isMemosError(error) || !OF_THE_FILE.has(error.code)) throw error;
            refused.push({ file, error: error.toJSON() });
          }
        }
      }),
    );
    print(command, { operation: "ingest", documents, refused }, () =>
      [...documents.map(documentText), ...refused.map(refusalText)].join("\n"),
    );
    if (refused.length > 0) process.exitCode = 1;
  });
}

/** What is wrong with one file and says nothing about the next one. */
const OF_THE_FILE = new Set(["INVALID_INPUT", "DOCUMENT_INVALID", "UNSUPPORTED", "TOO_LARGE", "CONFLICT"]);

function documentText({ name, status, chunks, pages, resource, warnings, skipped }: IngestReceipt): string {
  const size = [
    ...(pages === undefined ? [] : [counted(pages, "page", "pages")]),
    counted(chunks.total, "chunk", "chunks"),
  ].join(", ");
  const { moved, changed, added, forgotten } = chunks;
  const parts = Object.entries({ moved, changed, added, forgotten }).filter(([, count]) => count > 0);
  const did = parts.length === 0 ? "" : ` (${parts.map(([name, count]) => `${count} ${name}`).join(", ")})`;
  return [
    `${name}: ${status}, ${size}${did} ${resource}`,
    ...warnings.map(({ message }) => `  ${message}`),
    ...skipped.map(({ index, reason }) => `  chunk ${index} was not remembered: ${reason}`),
  ].join("\n");
}

function refusalText({ file, error }: Refusal): string {
  return `${file}: ${error.message} ${error.remedy}`;
}
