/** From the most binding to what every server understands. */
const FORMS = ["json_schema", "json_object", "text"] as const;

export type AnswerForm = (typeof FORMS)[number];

/**
 * How a server is asked to follow a JSON schema. One that refuses a form is asked in the next, with the schema in
 * the prompt; the form that worked is remembered.
 */
export class AnswerForms {
  #form: AnswerForm = FORMS[0];

  /**
   * @param refused whether the error means that the server does not know the form.
   * @throws what the last attempt throws.
   */
  async ask<T>(attempt: (form: AnswerForm) => Promise<T>, refused: (error: unknown) => boolean): Promise<T> {
    for (let at = FORMS.indexOf(this.#form); ; at++) {
      const form = FORMS[at] as AnswerForm;
      try {
        const answer = await attempt(form);
        this.#form = form;
        return answer;
      } catch (error) {
        if (at === FORMS.length - 1 || !refused(error)) throw error;
      }
    }
  }
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a request that ask for the form. */
export function responseFormat(form: AnswerForm, name: string, schema: Schema): object {
  if (form === "json_schema")
    return { response_format: { type: form, json_schema: { name, schema: { ...schema }, strict: true } } };
  return form === "json_object" ? { response_format: { type: form } } : {};
}

/** The system prompt, with the schema where the form does not carry it. */
export function systemPrompt(form: AnswerForm, system: string, schema: Schema): string {
  if (form === "json_schema") return system;
  const asked = `Answer with one JSON object that follows this JSON schema, and nothing else:\n${JSON.stringify(schema)}`;
  return system === "" ? asked : `${system}\n\n${asked}`;
}
