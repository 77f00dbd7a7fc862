import { core } from "./core.js";
import { episodic } from "./episodic.js";
import { procedural } from "./procedural.js";
import { resource } from "./resource.js";
import { semantic } from "./semantic.js";
import { vault } from "./vault.js";
import { working } from "./working.js";

export { type Core, core } from "./core.js";
export { type Episodic, episodic } from "./episodic.js";
export { TYPE_LIMITS } from "./limits.js";
export { type Draft, IDENTITY, identityOf, type MemoryType, type Settlement } from "./memoryType.js";
export { type Procedural, procedural } from "./procedural.js";
export { type Resource, resource } from "./resource.js";
export { type Semantic, semantic } from "./semantic.js";
export { type VaultEntry, vault } from "./vault.js";
export { type Working, working } from "./working.js";

/** By the name of the type. */
export const MEMORY_TYPES = { core, episodic, semantic, procedural, resource, vault, working } as const;
