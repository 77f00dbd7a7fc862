import type { oas31 } from "zod-openapi";
import { ERROR_REMEDIES, type ErrorCode } from "../../memcube/index.js";
import { PROBLEMS } from "../problem.js";
import { curl } from "./curl.js";
import { type Html, html, inline, json, type Page, page, prose } from "./html.js";
import { type Operation, operationsOf } from "./operation.js";
import { fieldTable, schemaShape, typeLabel } from "./schema.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";
import { tryForm } from "./tryForm.js";

function answers(operation: oas31.OperationObject): Html {
  return html`${Object.entries(operation.responses ?? {}).map(
    ([status, response]: [string, oas31.ResponseObject]) => {
      const media = Object.values(response.content ?? {})[0];
      const good = status < "400";
      return html`<details><summary><span class="status ${good ? "good" : "bad"}">${status}</span> ${
        good && media?.schema !== undefined ? html`${typeLabel(media.schema)} ` : ""
      }<span class="quiet">${inline(response.description)}</span></summary>${
        media?.example === undefined ? "" : html`<pre>${json(media.example)}</pre>`
      }</details>`;
    },
  )}`;
}

function section(entry: Operation, development: boolean): Html {
  const { method, path, operation, parameters, body } = entry;
  const rows = parameters.map((parameter) => ({
    name: parameter.name,
    place: parameter.in,
    required: parameter.required === true,
    description: parameter.description,
    schema: parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema ?? {},
  }));
  return html`<section class="operation" id="${operation.operationId ?? ""}">
<header><span class="method ${method}">${method}</span> <span class="path">${path}</span> <h3>${operation.summary ?? ""}</h3></header>
${prose(operation.description ?? "")}
<div class="columns"><div>
${rows.length === 0 ? "" : html`<h4>Parameters</h4>${fieldTable(rows)}`}
${body?.content.schema === undefined ? "" : html`<h4>Body <span class="quiet">${body.mediaType}</span></h4>${schemaShape(body.content.schema)}`}
<h4>Answers</h4>${answers(operation)}
</div><div>
<h4>From a shell</h4><pre data-origin>${curl(entry, development)}</pre>
<h4>Try it</h4>${tryForm(entry)}
</div></div>
</section>`;
}

function errorTable(): Html {
  const codes = Object.keys(PROBLEMS) as ErrorCode[];
  return html`<table>${codes.map(
    (code) =>
      html`<tr id="error-${code}"><td><code>${code}</code><br><span class="quiet">${PROBLEMS[code].status}</span></td><td>${
        PROBLEMS[code].title
      }.${prose(ERROR_REMEDIES[code])}</td></tr>`,
  )}</table>`;
}

/** The browsable page of the API: everything on it comes from the OpenAPI document. */
export function docsPage(document: oas31.OpenAPIObject, development: boolean): Page {
  const operations = operationsOf(document);
  const tags = (document.tags ?? []).map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  const schemas = Object.entries(document.components?.schemas ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const body = html`<div class="layout">
<nav>
<a class="name" href="/">${document.info.title}</a> <span class="quiet">${document.info.version}</span>
${tags.map(
  (tag) =>
    html`<h4>${tag.name}</h4><ul>${tag.operations.map(
      ({ method, operation }) =>
        html`<li><a href="#${operation.operationId ?? ""}"><span class="method ${method}">${method}</span>${operation.summary ?? ""}</a></li>`,
    )}</ul>`,
)}
<h4>Reference</h4><ul>
<li><a href="#errors">Errors</a></li><li><a href="#schemas">Schemas</a></li><li><a href="/openapi.json">OpenAPI document</a></li>
</ul>
</nav>
<main>
<h1>${document.info.title} API</h1>
${prose(document.info.description ?? "")}
${
  development
    ? html`<p><strong>Development mode.</strong> No API key is needed.</p>`
    : html`<p><label>API key for the examples on this page <input id="key" type="password" autocomplete="off" spellcheck="false"></label></p>`
}
${tags.map(
  (tag) =>
    html`<h2>${tag.name}</h2>${prose(tag.description ?? "")}${tag.operations.map((entry) => section(entry, development))}`,
)}
<h2 id="errors">Errors</h2>
${prose("Every error is a Problem. Programs branch on `code`, people read `detail` and `remedy`.")}
${errorTable()}
<h2 id="schemas">Schemas</h2>
${schemas.map(
  ([name, schema]) =>
    html`<details id="schema-${name}"><summary><strong>${name}</strong></summary>${prose(schema.description ?? "")}${schemaShape(schema)}</details>`,
)}
</main>
</div>`;
  return page("/docs", { title: `${document.info.title} API`, style: STYLE, script: SCRIPT, body });
}
