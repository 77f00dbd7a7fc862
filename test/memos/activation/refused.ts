import assert from "node:assert/strict";
import { isMemosError } from "../../../memcube/index.js";

/** For `assert.throws` and `assert.rejects`: STATE_INVALID, with a sentence that fits. */
export function stateInvalid(reason = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isMemosError(error, "STATE_INVALID"), String(error));
    assert.match(error.message, reason);
    assert.match(error.message, /\.$/);
    return true;
  };
}
