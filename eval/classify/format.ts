import { extname } from "node:path";
import { MemosError } from "../../memcube/index.js";
import { readTextFile } from "../textFile.js";
import { csvRecords } from "./csv.js";

/** A text and its class. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** What the columns of a file with a header may be called. */
const TEXT_COLUMNS = ["text", "question", "utterance", "sentence"];
const LABEL_COLUMNS = ["category", "label", "intent", "class"];

const LINE_END = /\r?\n/;

/**
 * Labelled texts, by the extension of the file: `.csv` with `text,category` (a header may name the columns otherwise
 * or in another order), `.tsv` with `label<TAB>text`, or `.txt` with a text a line and the labels in a file of the same
 * name that ends in `.labels`, a label a line.
 *
 * @throws MemosError INVALID_INPUT for a file that is missing, has another form, or has nothing in it.
 */
export async function loadLabelled(path: string): Promise<LabelledText[]> {
  const extension = extname(path).toLowerCase();
  const read = READERS[extension];
  if (read === undefined)
    throw new MemosError("INVALID_INPUT", `${path} is neither .csv, .tsv nor .txt with .labels beside it`);
  const examples = await read(path);
  if (examples.length === 0) throw new MemosError("INVALID_INPUT", `${path} has no labelled text in it`);
  return examples;
}

const READERS: Readonly<Record<string, (path: string) => Promise<LabelledText[]>>> = {
  ".csv": async (path) => {
    const [first, ...others] = csvRecords(await readTextFile(path));
    if (first === undefined) return [];
    const head = first.fields.map((name) => name.trim().toLowerCase());
    const text = head.findIndex((name) => TEXT_COLUMNS.includes(name));
    const label = head.findIndex((name) => LABEL_COLUMNS.includes(name));
    const [textAt, labelAt, records] =
      text === -1 || label === -1 ? [0, 1, [first, ...others]] : [text, label, others];
    return records.map(({ fields, line }) => labelled(path, line, fields[textAt], fields[labelAt]));
  },
  ".tsv": async (path) =>
    lines(await readTextFile(path)).map((line, index) => {
      const [label, ...text] = line.split("\t");
      return labelled(path, index + 1, text.join("\t"), label);
    }),
  ".txt": async (path) => {
    const labelFile = `${path.slice(0, -extname(path).length)}.labels`;
    const texts = lines(await readTextFile(path));
    const labels = lines(await readTextFile(labelFile));
    if (texts.length !== labels.length)
      throw new MemosError(
        "INVALID_INPUT",
        `${path} has ${texts.length} lines and ${labelFile} has ${labels.length}`,
      );
    return texts.map((text, index) => labelled(path, index + 1, text, labels[index]));
  },
};

function lines(text: string): string[] {
  return text.trimEnd().split(LINE_END);
}

function labelled(
  path: string,
  line: number,
  text: string | undefined,
  label: string | undefined,
): LabelledText {
  const example = { text: text?.trim() ?? "", label: label?.trim() ?? "" };
  if (example.text === "" || example.label === "")
    throw new MemosError("INVALID_INPUT", `${path}: line ${line} has not both a text and a label`);
  return example;
}
