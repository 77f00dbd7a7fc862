/** One record and the line that it begins on, from 1. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/**
 * The records of a text of comma-separated values (RFC 4180): fields may stand in quotation marks, with commas, line
 * ends and doubled quotation marks inside. Blank lines are no records.
 *
 * @example csvRecords('a,"b, ""c"""\n') // [{ fields: ["a", 'b, "c"'], line: 1 }]
 */
export function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = "";
  let quoted = false;
  let line = 1;
  let begins = 1;
  const endRecord = () => {
    fields.push(field);
    if (fields.length > 1 || fields[0] !== "") records.push({ fields, line: begins });
    fields = [];
    field = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "\n") line++;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += character;
        at++;
      } else quoted = false;
    } else if (character === '"' && field === "") quoted = true;
    else if (character === ",") {
      fields.push(field);
      field = "";
    } else if (character === "\n") {
      if (field.endsWith("\r")) field = field.slice(0, -1);
      endRecord();
      begins = line;
    } else field += character;
  }
  endRecord();
  return records;
}
