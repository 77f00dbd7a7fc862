/** A row as the data has it, with what a test wants different. */
export function row(changes: {
  context?: string;
  questions?: string[];
  answers?: (string | string[])[];
  metadata?: Record<string, unknown>;
}) {
  const { metadata, ...fields } = changes;
  return {
    context: "0. The capital of Velm is Tarnby. 1. The mayor of Tarnby is Bram Ostrey.",
    questions: ["What is the capital of Velm?"],
    answers: [["Tarnby"]],
    ...fields,
    metadata: { source: "factconsolidation_sh_6k", qa_pair_ids: ["p0"], ...metadata },
  };
}

export function lines(...rows: readonly unknown[]): string {
  return rows.map((one) => `${JSON.stringify(one)}\n`).join("");
}
