import type { oas31 } from "zod-openapi";
import { type Html, html, prose } from "./html.js";

type Schema = oas31.SchemaObject | oas31.ReferenceObject;

function isReference(schema: Schema): schema is oas31.ReferenceObject {
  return typeof schema.$ref === "string";
}

function joined(parts: readonly Html[], between: string): Html {
  return html`${parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))}`;
}

function bounds(schema: oas31.SchemaObject): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    const known = high === undefined || high >= Number.MAX_SAFE_INTEGER ? undefined : high;
    if (known === undefined) return low === undefined || low <= 0 ? [] : [`at least ${low}${unit}`];
    return [low === undefined ? `at most ${known}${unit}` : `${low} to ${known}${unit}`];
  };
  return [
    ...range(minimum, maximum, ""),
    ...range(minLength, maxLength, " characters"),
    ...range(minItems, maxItems, " items"),
  ].join(", ");
}

/** A schema in a few words, with links to the named ones. */
export function typeLabel(schema: Schema): Html {
  if (isReference(schema)) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options !== undefined) return joined(options.map(typeLabel), " or ");
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(
      schema.enum.map((value: unknown) => html`<code>${String(value)}</code>`),
      " ",
    );
  if (schema.type === "array")
    return html`list of ${schema.items === undefined ? "any" : typeLabel(schema.items)}`;
  if (typeof schema.additionalProperties === "object")
    return html`map to ${typeLabel(schema.additionalProperties)}`;
  return html`${[schema.type ?? "any"].flat().join(" or ")}${schema.format === undefined ? "" : ` (${schema.format})`}`;
}

interface Row {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly description?: string | undefined;
  readonly place?: string;
}

/** Fields or parameters as a table. */
export function fieldTable(rows: readonly Row[]): Html {
  return html`<table>${rows.map(({ name, schema, required, description, place }) => {
    const limits = isReference(schema) ? "" : bounds(schema);
    const initial = isReference(schema) || schema.default === undefined ? "" : JSON.stringify(schema.default);
    return html`<tr><td><code>${name}</code>${required ? html` <span class="required">required</span>` : ""}${
      place === undefined ? "" : html`<br><span class="quiet">${place}</span>`
    }</td><td>${typeLabel(schema)}${limits === "" ? "" : html` <span class="quiet">${limits}</span>`}${
      initial === "" ? "" : html` <span class="quiet">default <code>${initial}</code></span>`
    }${prose(description ?? schema.description ?? "")}</td></tr>`;
  })}</table>`;
}

/** The shape of a schema: its fields, or its kind. */
export function schemaShape(schema: Schema): Html {
  if (!isReference(schema) && schema.properties !== undefined) {
    const required = new Set(schema.required ?? []);
    return fieldTable(
      Object.entries(schema.properties).map(([name, field]) => ({
        name,
        schema: field,
        required: required.has(name),
      })),
    );
  }
  return html`<p>${typeLabel(schema)}</p>`;
}
