import { isMemosError, type Scope } from "../../memcube/index.js";
import type {
  MemOS,
  NewMemory,
  UpdateOptions,
  UpdatePatch,
  Warning,
  WriteReceipt,
} from "../../memos/index.js";
import { sealedOf } from "./remember.js";
import { captionOf, MARK, MARK_WITHOUT_KEY } from "./sealed.js";

export interface Revised extends WriteReceipt {
  /** Values that are in the vault, and those that were left out because it has no key. */
  readonly sealed: number;
  readonly leftOut: number;
}

/**
 * Changes a memory as `update` does, but for the secrets of its new text: they go into the vault before anything is
 * changed, and marks stand in their place; without a key of the vault they are kept nowhere, and the receipt says
 * so. Where the change then fails, what is in the vault stays there.
 *
 * @throws MemosError as `update` does.
 */
export async function revise(
  memos: MemOS,
  id: string,
  patch: UpdatePatch,
  scope: Scope,
  options: UpdateOptions = {},
): Promise<Revised> {
  const { text } = patch;
  const [sealed] = text === undefined ? [] : await sealedOf([{ role: "user", content: text }]);
  if (text === undefined || sealed === undefined || sealed.taken.length === 0)
    return { ...(await memos.update(id, patch, scope, options)), sealed: 0, leftOut: 0 };
  const cube = await memos.get(id, scope);
  const { expiresAt } = cube.governance;
  const secrets = sealed.taken.map(
    ({ value }): NewMemory => ({
      type: "vault",
      text: captionOf(text),
      origin: cube.provenance.origin,
      secret: value,
      ...(expiresAt === undefined ? {} : { governance: { expiresAt } }),
    }),
  );
  const warning = await memos.add(secrets, cube.scope).then(
    () => undefined,
    (error: unknown): Warning => {
      if (!isMemosError(error, "VAULT_LOCKED")) throw error;
      return {
        code: "SECRET_LEFT_OUT",
        message: `${secrets.length} secrets were left out: ${error.message}`,
      };
    },
  );
  const marked = warning === undefined ? sealed.text : sealed.text.replaceAll(MARK, MARK_WITHOUT_KEY);
  const receipt = await memos.update(id, { ...patch, text: marked }, scope, options);
  return {
    ...receipt,
    warnings: [...receipt.warnings, ...(warning === undefined ? [] : [warning])],
    sealed: warning === undefined ? secrets.length : 0,
    leftOut: warning === undefined ? 0 : secrets.length,
  };
}
