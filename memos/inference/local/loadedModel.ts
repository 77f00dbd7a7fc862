import type { Llama, LlamaModel } from "node-llama-cpp";
import { MemosError } from "../../../memcube/index.js";
import { type GgufModel, inspectGguf } from "../gguf/index.js";
import { type Binding, loadBinding } from "./binding.js";
import { identityOf, isSame } from "./fileIdentity.js";
import { ModelContext } from "./modelContext.js";
import { openBinding } from "./openBinding.js";
import type { ProcessSettings } from "./protocol.js";
import { type Rendering, renderingFor } from "./rendering.js";
import { Scratch } from "./scratch.js";
import { measureStateShape, type StateShape } from "./stateShape.js";

/** Everything that is made once, when the process starts. */
export interface LoadedModel {
  readonly settings: ProcessSettings;
  readonly binding: Binding;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: ModelContext;
  readonly rendering: Rendering;
  /** Release of llama.cpp and of its binding. */
  readonly engine: string;
  /** What the header of its file says. */
  readonly file: GgufModel;
  /** Undefined where states do not come back as they were saved. */
  readonly shape: StateShape | undefined;
  readonly scratch: Scratch;
}

/**
 * @throws MemosError ENGINE_UNAVAILABLE when there is no binary for this machine; MODEL_INVALID when the model cannot
 * be loaded; CONFLICT when the file is not the one that was announced.
 */
export async function loadModel(settings: ProcessSettings): Promise<LoadedModel> {
  const binding = await loadBinding();
  const llama = await openBinding(binding, settings);
  const file = await inspectGguf(settings.model);
  let model: LlamaModel;
  try {
    model = await llama.loadModel({ modelPath: settings.model });
  } catch (cause) {
    throw new MemosError("MODEL_INVALID", `The model ${settings.model} cannot be loaded.`, { cause });
  }
  if (!isSame(await identityOf(settings.model), settings.identity))
    throw new MemosError("CONFLICT", `The file ${settings.model} was changed while it was loaded.`);
  const context = await ModelContext.create(model, settings);
  const shape = await context.use([], async ({ live, key }) => {
    const lease = await live.lease(key, []);
    const measured = await measureStateShape(lease.sequence, model, settings.folder).catch(() => undefined);
    await lease.release(true);
    return measured;
  });
  return {
    settings,
    binding,
    llama,
    model,
    context,
    rendering: renderingFor(binding, model, file.chatTemplate ?? ""),
    engine: `llama.cpp/${llama.llamaCppRelease.release} node-llama-cpp/${await binding.getModuleVersion()}`,
    file,
    shape,
    scratch: new Scratch(settings.folder),
  };
}
