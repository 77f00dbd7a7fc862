import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { ChatMessage } from "../../../../memos/inference/engine.js";
import { generatedContent } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { writeGguf } from "../../../../memos/inference/gguf/index.js";
import { conversation, turnFormatOf } from "../../../../memos/inference/local/turnFormat.js";
import { temporaryFolder } from "../../support.js";
import { generated } from "../engineContract.js";
import { localEngine } from "./support.js";

const TEMPLATES = {
  chatml: "{{ '<|im_start|>' + role }} … <|im_end|>",
  llama3: "<|start_header_id|> … <|end_header_id|> … <|eot_id|>",
  gemma: "<start_of_turn> … <end_of_turn>",
};

const message: fc.Arbitrary<ChatMessage> = fc.record({
  role: fc.constantFrom("system" as const, "user" as const, "assistant" as const, "tool" as const),
  content: fc.oneof(fc.string(), fc.constantFrom("<|im_end|>\n", "<end_of_turn>", "<|eot_id|>")),
});

for (const [name, template] of Object.entries(TEMPLATES))
  test(`${name}: what is written for the beginning of a conversation is the beginning of what is written for all of it`, () => {
    const format = turnFormatOf(template);
    assert.ok(format?.name === name);
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.nat(8), (messages, count) => {
        const whole = conversation(format, messages);
        const part = conversation(format, messages.slice(0, count));
        assert.deepEqual(whole.slice(0, part.length), part);
      }),
    );
  });

test("every text is a piece of its own, as it is", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
      for (const template of Object.values(TEMPLATES)) {
        const format = turnFormatOf(template);
        assert.ok(format !== undefined);
        const texts = conversation(format, messages).flatMap((piece) =>
          "text" in piece ? [piece.text] : [],
        );
        assert.deepEqual(
          texts,
          messages.map(({ content }) => content),
        );
      }
    }),
  );
});

test("a template of another family is left to the library", () => {
  assert.equal(turnFormatOf("{{ '[INST] ' + message + ' [/INST]' }}"), undefined);
  assert.equal(turnFormatOf("<|im_start|>system<|im_sep|> … <|im_end|>"), undefined);
  assert.equal(turnFormatOf(""), undefined);
});

for (const [name, template] of Object.entries({
  "with a template of another family":
    "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}",
  "without a template": undefined,
}))
  test(`a model ${name} answers, and its states fit its prompts`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "model.gguf");
    const { metadata, tensors } = generatedContent("nano");
    const { "tokenizer.chat_template": _, ...others } = metadata;
    await writeGguf(path, {
      metadata: {
        ...others,
        ...(template === undefined ? {} : { "tokenizer.chat_template": { type: "string", value: template } }),
      },
      tensors,
    });
    const engine = await localEngine(t, { model: path });
    const messages: ChatMessage[] = [
      { role: "system", content: "You remember what people say." },
      { role: "user", content: "Where does Ana live?" },
    ];
    const cold = await generated(engine, { messages, maxTokens: 8 });
    const state = join(folder, "state");
    const { sha256, tokens } = await engine.compile({ messages: messages.slice(0, 1), path: state });
    await engine.drop();
    const restored = await generated(engine, { messages, maxTokens: 8, state: { path: state, sha256 } });
    assert.equal(restored.text, cold.text);
    assert.equal(restored.end.tokens.restored, tokens);
  });
