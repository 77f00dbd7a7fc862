import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { storableText } from "../../memcube/text.js";
import { withoutSecrets } from "../intake/sealed.js";
import { dateText } from "./dates.js";
import { TOOL_LIMITS } from "./limits.js";
import { memoryTool } from "./memoryTool.js";

export const remember = memoryTool({
  name: "remember",
  description:
    "Remembers something for later, as one self-contained statement. Never for passwords or keys. What the user says is remembered anyway.",
  input: z.strictObject({
    text: storableText(TOOL_LIMITS.textCharacters * 4)
      .max(TOOL_LIMITS.textCharacters)
      .describe("The statement, with names instead of pronouns."),
    type: z
      .enum(["semantic", "episodic", "procedural"])
      .default("semantic")
      .describe(
        "semantic: something that is so; episodic: something that happened; procedural: how to do something.",
      ),
    occurredAt: dateText.optional().describe("When it happened, as 2026-03-01, if that is known."),
  }),
  run: async ({ text, type, occurredAt }, { memos, scope, signal }) => {
    const [secret] = withoutSecrets(text).taken;
    if (secret !== undefined)
      throw new MemosError("INVALID_INPUT", `The text holds a secret (${secret.kind}).`, { path: "text" });
    const { written, skipped, warnings } = await memos.add(
      { text, type, origin: "assistant", ...(occurredAt === undefined ? {} : { occurredAt }) },
      scope,
      { signal },
    );
    return {
      remembered: written.map(({ id, duplicateOf, quarantined }) => ({
        id,
        ...(duplicateOf === undefined ? {} : { duplicateOf }),
        ...(quarantined === undefined ? {} : { awaitsReview: quarantined.reasons }),
      })),
      ...(skipped.length === 0 ? {} : { skipped: skipped.map(({ reason }) => reason) }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  },
});
