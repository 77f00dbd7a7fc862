import { bodyExample } from "./curl.js";
import { type Html, html } from "./html.js";
import type { Operation } from "./operation.js";

function field({ name, in: place, example, schema }: Operation["parameters"][number]): Html {
  const list = schema !== undefined && "type" in schema && schema.type === "array";
  return html`<label>${name}<input name="${name}" data-in="${place}" data-list="${String(list)}" value="${
    example === undefined ? "" : String(example)
  }" autocomplete="off" spellcheck="false"></label>`;
}

function isFilled({ example }: Operation["parameters"][number]): boolean {
  return example !== undefined;
}

function fields(parameters: Operation["parameters"]): Html | "" {
  return parameters.length === 0 ? "" : html`<div class="fields">${parameters.map(field)}</div>`;
}

function bodyField(body: NonNullable<Operation["body"]>): Html {
  const example = bodyExample(body);
  return html`<label>body<textarea data-type="${body.mediaType}" rows="${example.split("\n").length + 1}" spellcheck="false">${example}</textarea></label>`;
}

/** A form that the page's script sends; filled with the examples of the document. */
export function tryForm({ method, path, parameters, body }: Operation): Html {
  const blank = parameters.filter((parameter) => !isFilled(parameter));
  return html`<form data-method="${method}" data-path="${path}">
${fields(parameters.filter(isFilled))}
${body === undefined ? "" : bodyField(body)}
${blank.length === 0 ? "" : html`<details><summary class="quiet">Optional parameters</summary>${fields(blank)}</details>`}
<button type="submit">Send</button>
<div class="answer" hidden><p class="status"></p><pre></pre></div>
</form>`;
}
