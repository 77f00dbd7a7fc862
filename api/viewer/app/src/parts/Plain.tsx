import { Fragment, useState } from "react";

/** Characters of one text that are shown at first: a memory may hold a megabyte. */
const SHOWN = 20_000;

/** What changes the direction or the look of the text around it, or cannot be seen at all. */
const HIDDEN =
  /([\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff])/u;

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Text as text, with every hidden character shown by its number in place of its effect. */
export function Plain({ text }: { text: string }) {
  return (
    <bdi>
      {text.split(HIDDEN).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <span key={index} className="hidden-character" title="A character that cannot be seen">
            {codeOf(part)}
          </span>
        ),
      )}
    </bdi>
  );
}

/** A long text: the beginning, and the rest when it is asked for. */
export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, SHOWN);
  return (
    <>
      <div className="text" dir="auto">
        <Plain text={shown} />
      </div>
      {shown.length < text.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  );
}

/** A short text with the terms that were looked for marked. */
export function Marked({ text, terms }: { text: string; terms: readonly string[] }) {
  const wanted = terms.filter((term) => term.length > 1).map(escaped);
  if (wanted.length === 0) return <Plain text={text} />;
  // Terms are stems: what begins with one is what was found.
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])((?:${wanted.join("|")})[\\p{L}\\p{N}]*)`, "giu"));
  return (
    <bdi>
      {parts.map((part, index) => (
        <Fragment key={index}>{index % 2 === 0 ? <Plain text={part} /> : <mark>{part}</mark>}</Fragment>
      ))}
    </bdi>
  );
}

function escaped(term: string): string {
  return term.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
