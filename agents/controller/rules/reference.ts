const ADDRESS = /\bhttps?:\/\/[^\s<>"'）)\]]{3,2000}/iu;
const FILE =
  /(?:[\p{L}\p{N}_~.-]+\/)*[\p{L}\p{N}_-][\p{L}\p{N}_. -]{0,80}\.(?:pdf|docx?|xlsx?|csv|md|txt|png|jpe?g|gif|zip|pptx?|json|ya?ml|log|html?|mp[34]|wav)\b/iu;

/** Characters of a title. */
const TITLE_CHARACTERS = 120;

export interface Reference {
  readonly title: string;
  readonly uri: string;
}

/** The first document, file or address that a text refers to. */
export function referenceIn(text: string): Reference | undefined {
  const uri = ADDRESS.exec(text)?.[0]?.replace(/[.,;:!?]+$/u, "") ?? FILE.exec(text)?.[0]?.trim();
  if (uri === undefined) return undefined;
  const last = uri.split(/[?#]/u)[0]?.split("/").filter(Boolean).at(-1) ?? uri;
  return { uri, title: last.slice(0, TITLE_CHARACTERS) };
}
