const ADDRESS = /\bhttps?:\/\/[^\s<>"'）)\]]{3,2000}/iu;
const EXTENSION =
  /\.(?:pdf|docx?|xlsx?|csv|md|txt|png|jpe?g|gif|zip|pptx?|json|ya?ml|log|html?|mp[34]|wav)\b/giu;
const PATH = /(?:[\p{L}\p{N}_~.-]+\/)*[\p{L}\p{N}_-][\p{L}\p{N}_. -]{0,80}$/u;

/** Characters before an extension that a path is looked for in. */
const PATH_CHARACTERS = 240;

/** Characters of a title. */
const TITLE_CHARACTERS = 120;

export interface Reference {
  readonly title: string;
  readonly uri: string;
}

/** The first document, file or address that a text refers to. */
export function referenceIn(text: string): Reference | undefined {
  const uri = ADDRESS.exec(text)?.[0]?.replace(/[.,;:!?]+$/u, "") ?? fileIn(text);
  if (uri === undefined) return undefined;
  const last = uri.split(/[?#]/u)[0]?.split("/").filter(Boolean).at(-1) ?? uri;
  return { uri, title: last.slice(0, TITLE_CHARACTERS) };
}

/** Found from its extension backwards, so that a long text without one costs no more than its length. */
function fileIn(text: string): string | undefined {
  for (const { 0: extension, index } of text.matchAll(EXTENSION)) {
    const path = PATH.exec(text.slice(Math.max(0, index - PATH_CHARACTERS), index))?.[0];
    if (path !== undefined) return `${path}${extension}`.trim();
  }
  return undefined;
}
