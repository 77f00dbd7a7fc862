import { type CubeId, type MemCube, sha256, textOf } from "../../memcube/index.js";
import type { RecallItem } from "../operations.js";
import { inert } from "./fence.js";
import type { TokenCounter } from "./tokens.js";

/** Running text has fewer characters a token than this; what is longer is cut without counting all of it. */
export const TOKEN_CHARACTERS = 16;

/** What a reader is told about an item beside its label. */
export interface Remarks {
  /** What it states has changed since. */
  readonly superseded?: RecallItem["superseded"];
  /** The citation under which an earlier form of it was given. */
  readonly newerThan?: number | undefined;
  /** A line above it. Lines of an item begin with its citation or a space, so that none can pass for one. */
  readonly heading?: string | undefined;
}

/** A line that a prompt holds: where it is cited, and what of which cube it shows. */
export interface GivenLine {
  readonly citation: number;
  readonly cube: CubeId;
  readonly version: number;
  /** `seenHash` of the cube when it was given. */
  readonly sha256: string;
  /** True when only the beginning of its text was given. */
  readonly truncated: boolean;
}

/**
 * One item of a context: its citation, when, who and from where, and the text. It may run over several lines;
 * those after the first are indented, so that they cannot pass for other items.
 */
export function citedLine(citation: number, cube: MemCube, text: string, remarks: Remarks = {}): string {
  const title = cube.attributes.title === undefined ? "" : `${oneLine(cube.attributes.title)}: `;
  const newer = remarks.newerThan === undefined ? "" : `newer than [${remarks.newerThan}] · `;
  const heading = remarks.heading === undefined ? "" : `${remarks.heading}\n`;
  return `${heading}[${citation}] ${label(cube)} · ${newer}${outdated(remarks.superseded)}${title}${indented(text)}`;
}

/** Tokens of an item under any citation of up to three digits; infinite when it cannot be `most` or fewer. */
export function lineTokens(cube: MemCube, most: number, counter: TokenCounter): number {
  const text = textOf(cube) ?? "";
  if (text.length > most * TOKEN_CHARACTERS) return Number.POSITIVE_INFINITY;
  return counter.count(`${citedLine(999, cube, text)}\n`);
}

/** Hash of everything that a reader sees of a cube. The same: nothing that was given of it has changed. */
export function seenHash(cube: MemCube, superseded: RecallItem["superseded"]): string {
  const { title } = cube.attributes;
  return sha256([label(cube), outdated(superseded), title ?? "", textOf(cube) ?? ""].join("\n"));
}

function label({ type, payload, provenance, time, scope, behaviour }: MemCube): string {
  const when = (time.occurredAt ?? time.recordedAt).slice(0, 10);
  // A reader takes JSON apart and not at its word.
  const form = payload.kind === "plaintext" && payload.format !== "text" ? `, ${payload.format}` : "";
  const who = `${provenance.actor} (${provenance.origin}${form})`;
  const { useful, wrong } = behaviour.feedback;
  const uses = type === "procedural" ? useful + wrong : 0;
  // How a thing is done is worth as much as it works.
  const worked = uses === 0 ? [] : [`worked ${useful} of ${uses} ${uses === 1 ? "time" : "times"}`];
  const session = scope.session === undefined ? [] : [scope.session];
  return [when, who, ...session, ...worked].map(oneLine).join(" · ");
}

/** What a reader must not take for the present. */
function outdated(superseded: RecallItem["superseded"]): string {
  if (superseded === undefined) return "";
  const { subject, relation, value } = superseded;
  return `outdated (now: ${oneLine(`${subject} ${relation} ${value}`)}) · `;
}

function indented(text: string): string {
  return inert(text.trim()).replace(/\r\n?|\n|\u2028|\u2029/g, "\n    ");
}

function oneLine(text: string): string {
  return indented(text).replace(/\s+/g, " ");
}
