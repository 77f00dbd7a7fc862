/** A statement in Postgres' words: how its parameters are numbered, and whether it makes a numbered row. */
export interface Translated {
  readonly text: string;
  /** Name of each parameter, or its place among the unnamed ones; `$1` is the first. */
  readonly parameters: readonly (string | number)[];
  /** The column that `lastInsertRowid` is. */
  readonly rowId: string | undefined;
}

/** Tables whose rows are numbered by the database. */
const ROW_IDS: Readonly<Record<string, string>> = {
  cubes: "key",
  embedders: "number",
  events: "sequence",
  outbox: "sequence",
};

/** Parameters that are compared with NULL before anything says what they are. */
const NUMBERS = new Set(["past", "now", "asOf", "limit"]);

const TYPES: Readonly<Record<string, string>> = { INTEGER: "bigint", REAL: "double precision" };

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|@\w+|\?|[A-Za-z_]\w*|\s+|[\s\S]/g;

/**
 * The ledger's SQL is written once, in what SQLite and Postgres both understand; the few words in which they differ
 * are changed here. Functions of SQLite that Postgres lacks are in the schema (functions.ts).
 *
 * | SQLite               | Postgres                       |
 * |----------------------|--------------------------------|
 * | `@name`, `?`         | `$1`                           |
 * | `a IS b`, `a IS NOT b` | `a IS [NOT] DISTINCT FROM b` |
 * | `CROSS JOIN b ON`    | `JOIN b ON` (the planner orders) |
 * | `user`               | `"user"` (a reserved word)     |
 * | `AS cubeId`          | `AS "cubeId"`                  |
 * | `CAST(a AS INTEGER)` | `CAST(a AS bigint)`            |
 * | `ON CONFLICT (t.a)`  | `ON CONFLICT (a)`              |
 */
export function translate(sql: string): Translated {
  const tokens = sql.match(TOKEN) ?? [];
  const parameters: (string | number)[] = [];
  let unnamed = 0;
  let text = "";
  let before = "";
  const rowId = ROW_IDS[/^\s*insert into "?(\w+)"?/i.exec(sql)?.[1] ?? ""];
  const after = (at: number): string => {
    let next = at + 1;
    while (tokens[next]?.trim() === "") next++;
    return tokens[next] ?? "";
  };

  const parameter = (token: string, at: number): string => {
    const name = token === "?" ? unnamed++ : token.slice(1);
    if (typeof name === "number" || !parameters.includes(name)) parameters.push(name);
    const place = `$${parameters.indexOf(name) + 1}`;
    return after(at) === "IS" ? `CAST(${place} AS ${NUMBERS.has(String(name)) ? "bigint" : "text"})` : place;
  };

  const word = (token: string, at: number): string => {
    if (token === "user") return '"user"';
    if (before === "AS" && TYPES[token] !== undefined) return TYPES[token];
    if (before === "AS" && /[a-z][A-Z]/.test(token)) return `"${token}"`;
    if (token === "CROSS") return "";
    if (token === "group_concat") return "string_agg";
    if (token === "IS") {
      const next = after(at).toUpperCase();
      return next === "NULL" || next === "NOT" || next === "DISTINCT" ? token : "IS NOT DISTINCT FROM";
    }
    if (token === "NOT" && before === "IS") {
      const next = after(at).toUpperCase();
      return next === "NULL" || next === "DISTINCT" ? token : "DISTINCT FROM";
    }
    return token;
  };

  for (const [at, token] of tokens.entries()) {
    if (token.trim() === "") {
      text += token;
      continue;
    }
    if (token === "?" || /^@\w/.test(token)) text += parameter(token, at);
    else text += /^[A-Za-z_]/.test(token) ? word(token, at) : token;
    before = typeOf(token);
  }
  text = text.replace(/\bon conflict \([^)]*\)/i, (target) => target.replaceAll(/"\w+"\./g, ""));
  if (rowId !== undefined && !/\breturning\b/i.test(text)) text += ` RETURNING "${rowId}"`;
  return { text, parameters, rowId };
}

/** Keywords are compared whatever their case; names are not keywords. */
function typeOf(token: string): string {
  return token.toUpperCase() === "AS" || token.toUpperCase() === "IS" ? token.toUpperCase() : token;
}
