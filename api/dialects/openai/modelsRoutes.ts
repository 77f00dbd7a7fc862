import type { Call } from "./call.js";
import { UnknownModel } from "./fail.js";

async function all({ memos, scope }: Call) {
  const { chat, embedding } = await memos.models.list(scope());
  return [chat, embedding].flatMap((model) =>
    model === undefined ? [] : [{ id: model.name, object: "model", created: 0, owned_by: "memos" }],
  );
}

/** `GET /v1/models`: what answers, and what embeds. */
export async function listModels(call: Call): Promise<unknown> {
  return { object: "list", data: await all(call) };
}

/** `GET /v1/models/{id}`. @throws HttpError 404. */
export async function getModel(call: Call): Promise<unknown> {
  const { model = "" } = call.params;
  const found = (await all(call)).find(({ id }) => id === model);
  if (found === undefined) throw new UnknownModel(model);
  return found;
}
