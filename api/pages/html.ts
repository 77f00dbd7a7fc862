import { createHash } from "node:crypto";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup that is safe to write as it is. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = Html | string | number | readonly Part[];

function render(part: Part): string {
  if (part instanceof Html) return part.source;
  if (Array.isArray(part)) return part.map(render).join("");
  return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A template whose values are escaped unless they are markup already. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => text + render(parts[index] ?? "")).join(""));
}

/** The marks that a sentence of a description uses: `code` and **strong**. */
export function inline(text: string): Html {
  const marked = render(text)
    .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
    .replaceAll(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
  return new Html(marked);
}

/** A description as paragraphs. */
export function prose(text: string): Html {
  return html`${text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;
}

/** JSON as people read it, coloured. */
export function json(value: unknown): Html {
  const text = JSON.stringify(value, null, 2);
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null|-?\d+(?:\.\d+)?)\b/g;
  let markup = "";
  let from = 0;
  for (const match of text.matchAll(token)) {
    const [whole, string, colon = "", literal] = match;
    const kind = literal !== undefined ? "literal" : colon === "" ? "string" : "key";
    markup += render(text.slice(from, match.index));
    markup += `<span class="${kind}">${render(string ?? literal ?? "")}</span>${colon}`;
    from = match.index + whole.length;
  }
  return new Html(markup + render(text.slice(from)));
}

export interface Page {
  readonly path: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

function contentHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** A whole page that loads nothing: one inline style, one inline script, and no other may run. */
export function page(
  path: string,
  parts: { title: string; style: string; script: string; body: Html },
): Page {
  const { title, style, script, body } = parts;
  const policy = [
    "default-src 'none'",
    `style-src ${contentHash(style)}`,
    `script-src ${contentHash(script)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
${body}
<script>${new Html(script)}</script>
</body>
</html>
`;
  return {
    path,
    html: document.source,
    headers: { "content-security-policy": policy, "referrer-policy": "no-referrer" },
  };
}
