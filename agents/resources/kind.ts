import { extname } from "node:path";
import * as z from "zod";
import { MemosError } from "../../memcube/index.js";

export const resourceKindSchema = z.enum(["markdown", "html", "pdf", "docx", "text", "code", "image"]);
export type ResourceKind = z.infer<typeof resourceKindSchema>;

/** What a document is. */
export interface Kind {
  readonly kind: ResourceKind;
  readonly mime: string;
}

/** Bytes at the beginning of a document that say what it is. */
export const MAGIC_BYTES = 1_024;

const PDF: Kind = { kind: "pdf", mime: "application/pdf" };
const DOCX: Kind = {
  kind: "docx",
  mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};
const HTML: Kind = { kind: "html", mime: "text/html" };
const TEXT: Kind = { kind: "text", mime: "text/plain" };

const image = (format: string): Kind => ({ kind: "image", mime: `image/${format}` });

/** Of a document without magic bytes, what its name promises. */
const BY_NAME: Readonly<Record<string, Kind>> = {
  ...named(PDF, "pdf"),
  ...named(DOCX, "docx"),
  ...named(HTML, "html htm xhtml"),
  ...named(TEXT, "txt text log"),
  ...named({ kind: "markdown", mime: "text/markdown" }, "md markdown mdx"),
  ...named(image("jpeg"), "jpg jpeg"),
  ...named(image("png"), "png"),
  ...named(image("gif"), "gif"),
  ...named(image("webp"), "webp"),
  ...named(
    { kind: "code", mime: "text/x-source" },
    "ts tsx mts cts js jsx mjs cjs py pyi rb php java kt kts scala swift go rs c h cc cpp cxx hpp hh cs fs vb m mm",
    "pl pm lua r jl dart ex exs erl hs ml clj cljs lisp el sh bash zsh fish ps1 sql graphql proto css scss less vue",
    "svelte json jsonc json5 yaml yml toml ini cfg conf xml xsd gradle groovy tf hcl nix zig asm s f90 pas v sol",
  ),
};

/** Beginnings of files that hold no document of a kind that is read, and what they are. */
const OTHERS: readonly (readonly [name: string, begins: string])[] = [
  ["an old Office file, or one that is protected by a password", "d0cf11e0a1b11ae1"],
  ["a compressed file (gzip)", "1f8b"],
  ["a compressed file (bzip2)", "425a68"],
  ["a compressed file (xz)", "fd377a585a00"],
  ["a compressed file (zstd)", "28b52ffd"],
  ["a 7z archive", "377abcaf271c"],
  ["a rar archive", "526172211a07"],
  ["a program (ELF)", "7f454c46"],
  ["an SQLite database", "53514c69746520666f726d6174"],
];

/**
 * What a document is: by its first bytes, and where they say nothing by its name.
 *
 * @throws MemosError DOCUMENT_INVALID when name and bytes contradict each other, UNSUPPORTED for kinds that are not
 * read.
 */
export function kindOf(head: Uint8Array, name: string): Kind {
  const extension = extname(name).slice(1).toLowerCase();
  const promised = Object.hasOwn(BY_NAME, extension) ? BY_NAME[extension] : undefined;
  const textual = promised !== undefined && !["pdf", "docx", "image"].includes(promised.kind);
  const found = byMagic(head, textual);
  const lies = (is: string) =>
    new MemosError("DOCUMENT_INVALID", `${name} is not what its name says: it is ${is} by its content.`);
  if (found !== undefined) {
    if (promised !== undefined && promised.kind !== found.kind) throw lies(`of kind ${found.kind}`);
    return found;
  }
  const hex = Buffer.from(head.subarray(0, 16)).toString("hex");
  const other = OTHERS.find(([, begins]) => hex.startsWith(begins))?.[0];
  if (other !== undefined) {
    if (promised !== undefined) throw lies(other);
    throw new MemosError("UNSUPPORTED", `${name} is ${other}, which is not read.`);
  }
  if (promised?.kind === "pdf" || promised?.kind === "docx" || promised?.kind === "image")
    throw lies(`not of kind ${promised.kind}`);
  if (promised !== undefined) return promised;
  return /^\ufeff?\s*<(?:!doctype\s+html|html)\b/i.test(new TextDecoder().decode(head)) ? HTML : TEXT;
}

function byMagic(head: Uint8Array, textual: boolean): Kind | undefined {
  const latin = Buffer.from(head).toString("latin1");
  // Some writers put something before it, which all readers allow; a text may speak of it.
  if ((textual ? /^%PDF-\d/ : /(?:^|[\r\n])%PDF-\d/).test(latin)) return PDF;
  if (latin.startsWith("PK\u0003\u0004") || latin.startsWith("PK\u0005\u0006")) return DOCX;
  if (latin.startsWith("\u00ff\u00d8\u00ff")) return image("jpeg");
  if (latin.startsWith("\u0089PNG\r\n\u001a\n")) return image("png");
  if (/^GIF8[79]a/.test(latin)) return image("gif");
  if (latin.startsWith("RIFF") && latin.slice(8, 12) === "WEBP") return image("webp");
  return undefined;
}

function named(kind: Kind, ...extensions: string[]): Record<string, Kind> {
  return Object.fromEntries(extensions.flatMap((list) => list.split(" ")).map((one) => [one, kind]));
}
