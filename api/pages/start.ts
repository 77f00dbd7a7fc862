import type { oas31 } from "zod-openapi";
import { curl } from "./curl.js";
import { html, type Page, page } from "./html.js";
import { operationsOf } from "./operation.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";
import { tryForm } from "./tryForm.js";

const STEPS = [
  {
    operationId: "addMemories",
    title: "Remember something",
    text: "Stored word for word; durable and findable when the answer is there.",
  },
  {
    operationId: "recallMemories",
    title: "Recall it for a prompt",
    text: "A cited text inside a token budget, without calling any model.",
  },
  {
    operationId: "listMemories",
    title: "See what is stored",
    text: "Each memory with who said it, when, and its version.",
  },
] as const;

/** How to begin: what this is and three things to try, on a page that works without the viewer. */
export function startPage(document: oas31.OpenAPIObject, development: boolean): Page {
  const operations = operationsOf(document);
  const cards = STEPS.flatMap((step, index) => {
    const entry = operations.find(({ operation }) => operation.operationId === step.operationId);
    if (entry === undefined) return [];
    return html`<section class="card"><span class="step">${index + 1}</span> <h3>${step.title}</h3><p>${step.text}</p>
<div class="columns"><div>${tryForm(entry)}</div><div><pre data-origin>${curl(entry, development)}</pre></div></div></section>`;
  });
  const body = html`<main class="hero">
<h1>${document.info.title}</h1>
<p class="lead">Memory for AI agents. It stores what was said word for word, finds it again, and says where every line came from.</p>
<div class="links"><a class="button" href="/">Open the viewer</a> <a href="/docs">Every route</a> <a href="/openapi.json">OpenAPI document</a> <a href="/readyz">Readiness</a></div>
${development ? "" : html`<p><label>API key <input id="key" type="password" autocomplete="off" spellcheck="false"></label></p>`}
<h2>Three things to try</h2>
<div class="cards">${cards}</div>
</main>`;
  return page("/start", { title: document.info.title, style: STYLE, script: SCRIPT, body });
}
