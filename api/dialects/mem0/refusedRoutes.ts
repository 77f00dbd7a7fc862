import * as z from "zod";
import { type DialectRoute, dialectRoute } from "../dialectRoute.js";
import { notHere } from "./notHere.js";

const PROJECT = "There are no settings of a project here";
const EXPORT = "Shaping memories by a schema is not done here; `GET /v1/export` gives all of them";
const PROFILE = "Profiles by a schema are not made here; what lasts is in memories of type core";
const WEBHOOK = "Webhooks of mem0 have a payload of their own; `POST /v1/webhooks` makes one of ours";
const EVENT = "Adding is done when it is answered, so there are no events to wait for";
const CONFIGURE = "The server is configured where it is started";

/** Calls of mem0's clients that nothing here answers truly, and why. */
const REFUSED: readonly (readonly [DialectRoute["method"], string, string])[] = [
  ["GET", "/api/v1/orgs/organizations/{org}/projects/{project}", PROJECT],
  ["PATCH", "/api/v1/orgs/organizations/{org}/projects/{project}", PROJECT],
  ["GET", "/api/v1/webhooks/projects/{project}", WEBHOOK],
  ["POST", "/api/v1/webhooks/projects/{project}", WEBHOOK],
  ["PUT", "/api/v1/webhooks/{webhook}", WEBHOOK],
  ["DELETE", "/api/v1/webhooks/{webhook}", WEBHOOK],
  ["POST", "/v1/exports", EXPORT],
  ["POST", "/v1/exports/get", EXPORT],
  ["POST", "/v1/summary", EXPORT],
  ["GET", "/v2/entities/user/{name}/profile", PROFILE],
  ["POST", "/v2/profiles/jobs", PROFILE],
  ["GET", "/v2/profiles/jobs/{job}", PROFILE],
  ["GET", "/v2/profiles/settings", PROFILE],
  ["POST", "/v2/profiles/settings", PROFILE],
  ["GET", "/v1/event/{event}", EVENT],
  ["GET", "/v1/events", EVENT],
  ["GET", "/v1/memories/events", EVENT],
  ["GET", "/v1/stats", "`GET /v1/stats` of this server has what is counted"],
  ["POST", "/configure", CONFIGURE],
  ["GET", "/configure", CONFIGURE],
];

/** Routes that exist to say no: with 501, whatever they are sent, once it is known who asks. */
export const REFUSED_ROUTES: readonly DialectRoute[] = REFUSED.map(([method, path, why]) =>
  dialectRoute({
    method,
    path,
    accepts: "unread",
    input: z.looseObject({}),
    handle: async () => {
      throw notHere(`${why}; nothing was done.`);
    },
  }),
);
