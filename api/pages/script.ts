/**
 * Sends a try-it form and shows the answer. The key is held by its input alone; an id that comes back is put
 * into the forms that need one, so that the examples can be followed one after another.
 */
export const SCRIPT = `
"use strict";
for (const place of document.querySelectorAll("[data-origin]"))
  place.textContent = place.textContent.replaceAll("http://127.0.0.1:7077", location.origin);

// A link to a schema opens it.
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.tagName === "DETAILS") target.open = true;
});

function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const field of form.querySelectorAll("input[name]")) {
    const value = field.value.trim();
    if (field.dataset.in === "path") path = path.replace("{" + field.name + "}", encodeURIComponent(value));
    else if (value === "") continue;
    else if (field.dataset.in === "header") headers[field.name] = value;
    else if (field.dataset.list === "true") for (const item of value.split(",")) query.append(field.name, item.trim());
    else query.append(field.name, value);
  }
  const key = document.querySelector("#key")?.value.trim();
  if (key) headers.authorization = "Bearer " + key;
  const body = form.querySelector("textarea");
  if (body) headers["content-type"] = body.dataset.type;
  const search = query.toString();
  return [path + (search ? "?" + search : ""), { method: form.dataset.method, headers, body: body?.value }];
}

function pretty(text, type) {
  if (!/[/+]json/.test(type ?? "")) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

for (const form of document.querySelectorAll("form[data-path]")) {
  const answer = form.querySelector(".answer");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const status = answer.querySelector(".status");
    const output = answer.querySelector("pre");
    button.disabled = true;
    const started = performance.now();
    try {
      const response = await fetch(...requestOf(form));
      const text = await response.text();
      status.textContent = response.status + " " + response.statusText + " in " + Math.round(performance.now() - started) + " ms";
      status.className = "status " + (response.ok ? "good" : "bad");
      output.textContent = pretty(text, response.headers.get("content-type")) || "(no content)";
      const id = response.ok && text.match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)?.[0];
      if (id) for (const field of document.querySelectorAll('input[name="id"]')) field.value = id;
    } catch (error) {
      status.textContent = "No answer";
      status.className = "status bad";
      output.textContent = String(error);
    } finally {
      answer.hidden = false;
      button.disabled = false;
    }
  });
}
`;
