import assert from "node:assert/strict";
import { isMemosError } from "../../../../memcube/index.js";

/** For `assert.rejects`: MODEL_INVALID, with a sentence that fits. */
export function modelInvalid(reason = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isMemosError(error, "MODEL_INVALID"), String(error));
    assert.match(error.message, reason);
    assert.match(error.message, /\.$/);
    assert.ok(error.message.length < 300, "an error is a line");
    return true;
  };
}
