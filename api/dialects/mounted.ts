import type { Handler } from "../routeHandler.js";
import type { DialectRoute } from "./dialectRoute.js";

/** A route of a dialect, where the server answers it. */
export interface Mounted {
  readonly method: DialectRoute["method"];
  readonly path: string;
  readonly handler: Handler;
}
