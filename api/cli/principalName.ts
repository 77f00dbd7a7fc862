import * as z from "zod";
import { principalNameSchema } from "../../memos/governance/principal.js";

/** A principal as it is typed: `agent:helper`. */
export const typedPrincipal = z
  .string()
  .regex(/^(user|agent|service):./, "must be user:NAME, agent:NAME or service:NAME")
  .transform((value) => {
    const colon = value.indexOf(":");
    return { kind: value.slice(0, colon), id: value.slice(colon + 1) };
  })
  .pipe(principalNameSchema);
