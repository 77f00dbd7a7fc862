const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text that can be stored: one kind of line break, no control characters, no halves of characters. */
export function cleanText(text: string): { readonly text: string; readonly removed: number } {
  const lines = text.replace(/\r\n?|\u0085/g, "\n").replace(/\f|\v/g, "\n");
  const clean = lines.replace(CONTROL, "");
  return { text: clean.toWellFormed(), removed: lines.length - clean.length };
}

/** A text on one line, as a title is. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, " ")
    .trim()
    .toWellFormed();
}
