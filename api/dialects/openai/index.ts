import type { RouteContext } from "../../routeHandler.js";
import type { Mounted } from "../mounted.js";
import { type OpenAIRoute, openAIHandler } from "./call.js";
import { complete } from "./completions.js";
import { embed } from "./embeddings.js";
import { getModel, listModels } from "./modelsRoutes.js";
import { respond } from "./responses.js";

/** Every route of the dialect. */
export const OPENAI_ROUTES: readonly OpenAIRoute[] = [
  { method: "POST", path: "/v1/chat/completions", handle: complete },
  { method: "POST", path: "/v1/responses", handle: respond },
  { method: "POST", path: "/v1/embeddings", handle: embed },
  { method: "GET", path: "/v1/models", handle: listModels },
  { method: "GET", path: "/v1/models/{model}", handle: getModel },
];

/** Where they are: beside our own, with none of which they share a path, and under a prefix of their own. */
export const OPENAI_BASES = ["", "/openai"] as const;

/** The dialect of OpenAI: `baseURL` is `http://HOST:PORT/v1`, or `/openai/v1`. */
export function openAIDialect(context: RouteContext): Mounted[] {
  return OPENAI_ROUTES.flatMap((route) => {
    const handler = openAIHandler(route, context);
    return OPENAI_BASES.map((base) => ({ method: route.method, path: `${base}${route.path}`, handler }));
  });
}
