/**
 * Functions of SQLite that the ledger's statements use, as SQLite defines them (https://sqlite.org/json1.html,
 * https://sqlite.org/lang_datefunc.html), as far as they are used. JSON is kept as text, byte for byte what was
 * hashed: `jsonb` would sort its keys.
 */
export const FUNCTIONS = `
  CREATE FUNCTION json_path(path text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(coalesce(
      CASE WHEN part[1] LIKE '"%' THEN (part[1]::json #>> '{}') END, part[2], part[1])), '{}')
    FROM regexp_matches(substr(path, 2), '("(?:[^"\\\\]|\\\\.)*"|[^."\\[\\]]+)|\\[(\\d+)\\]', 'g') AS part $$;

  CREATE FUNCTION json_extract(document text, path text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  DECLARE found json;
  BEGIN
    found := document::json #> json_path(path);
    RETURN CASE json_typeof(found) WHEN 'string' THEN found #>> '{}' WHEN 'null' THEN NULL
      WHEN 'boolean' THEN CASE found::text WHEN 'true' THEN '1' ELSE '0' END ELSE found::text END;
  EXCEPTION WHEN untranslatable_character THEN RETURN replace(found::text, '\\u0000', '');
  END $$;

  CREATE FUNCTION json_kind(item json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE json_typeof(item) WHEN 'string' THEN 'text' WHEN 'boolean' THEN item::text
      WHEN 'number' THEN CASE WHEN item::text ~ '^-?\\d+$' THEN 'integer' ELSE 'real' END
      ELSE json_typeof(item) END $$;

  CREATE FUNCTION json_value_of(item json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE json_typeof(item) WHEN 'string' THEN item #>> '{}' WHEN 'null' THEN NULL
      WHEN 'boolean' THEN CASE item::text WHEN 'true' THEN '1' ELSE '0' END ELSE item::text END $$;

  CREATE FUNCTION json_each(document text) RETURNS TABLE (key bigint, value text, type text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20 AS $$
    SELECT place - 1, json_value_of(item), json_kind(item)
    FROM json_array_elements(document::json) WITH ORDINALITY AS each (item, place) $$;

  CREATE FUNCTION json_each(document text, path text) RETURNS TABLE (key bigint, value text, type text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 5 AS $$
  DECLARE found json := document::json #> json_path(path);
  BEGIN
    IF found IS NULL THEN RETURN;
    ELSIF json_typeof(found) = 'array' THEN RETURN QUERY SELECT * FROM json_each(found::text);
    ELSE RETURN QUERY SELECT NULL::bigint, json_value_of(found), json_kind(found);
    END IF;
  END $$;

  CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT strpos($1, $2) $$;

  CREATE FUNCTION unixepoch(instant text, subseconds text) RETURNS double precision
    LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT extract(epoch FROM instant::timestamptz)::double precision $$;

  CREATE FUNCTION typeof(bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $1 IS NULL THEN 'null' ELSE 'integer' END $$;

  CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;
`;

/**
 * A process writes one transaction at a time, and so do all of them together, as on a SQLite file: then the order of
 * the outbox and of the events is the order of the commits, and no reader misses one. The lock is of the schema, and
 * ends with the transaction. A program that does not know the schema any more is stopped here.
 */
export const ENTRANCE = `
  CREATE FUNCTION enter_writer(known integer) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE present integer;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema(), 0));
    SELECT CAST(value AS integer) INTO present FROM meta WHERE name = 'schema';
    IF present > known THEN
      RAISE EXCEPTION 'schema % is newer than %', present, known USING ERRCODE = 'MS001';
    END IF;
  END $$;

  CREATE TABLE sqlite_sequence (name text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL);
  INSERT INTO sqlite_sequence VALUES ('outbox', 0), ('events', 0);

  CREATE FUNCTION number_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.sequence IS NULL THEN
      UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = TG_TABLE_NAME RETURNING seq INTO NEW.sequence;
    ELSE
      UPDATE sqlite_sequence SET seq = greatest(seq, NEW.sequence) WHERE name = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER outbox_numbered BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION number_in_order();
  CREATE TRIGGER events_numbered BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION number_in_order();
`;

/** Tables that are numbered without a promise that no number is left out. */
export const NUMBERED = {
  cubes: "key",
  facts: "number",
  embedders: "number",
  partitions: "number",
  grants: "number",
  consolidation_steps: "number",
  traces: "sequence",
} as const;

/** A row may come with its number (a store that moves in), or with NULL as drizzle writes it. */
export const NUMBERS = Object.entries(NUMBERED)
  .map(
    ([table, column]) => `
  CREATE SEQUENCE ${table}_numbers OWNED BY ${table}.${column};
  CREATE FUNCTION ${table}_number() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.${column} IS NULL THEN NEW.${column} := nextval('${table}_numbers');
    ELSIF NEW.${column} > coalesce(pg_sequence_last_value('${table}_numbers'), 0) THEN
      PERFORM setval('${table}_numbers', NEW.${column});
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER ${table}_numbered BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_number();`,
  )
  .join("\n");
