import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";
import { nameText } from "../../../memcube/text.js";
import { trustPolicySchema } from "./trust.js";

/**
 * What becomes of a text in which something was found: `off` does not look, `flag` says so in the receipt,
 * `secret` also raises the sensitivity of the cube, `quarantine` keeps it from every reader until it is
 * reviewed (and raises nothing).
 */
export const measureSchema = z.enum(["off", "flag", "secret", "quarantine"]);

const policyShape = {
  /** Passwords, keys, tokens. */
  secrets: measureSchema.default("secret"),
  /** E-mail addresses, numbers of phones, cards, accounts and identities. */
  personal: measureSchema.default("flag"),
  /** Text shaped like an instruction to the model, from a source that is not trusted with it. */
  instructions: measureSchema.default("quarantine"),
  /** Whether repetitions of what `recall` gave out are marked, so that nothing is learned from them. */
  echoes: z.enum(["off", "mark"]).default("mark"),
  trust: trustPolicySchema.default({ origins: {}, actors: {} }),
};

export const firewallPolicySchema = z
  .strictObject({
    ...policyShape,
    /** Tenants with a policy of their own; what it does not name has the default, not this policy's value. */
    tenants: z.record(nameText(LIMITS.nameCharacters), z.strictObject(policyShape)).default({}),
  })
  .meta({ id: "FirewallPolicy" });

export type Measure = z.infer<typeof measureSchema>;
export type FirewallPolicy = z.input<typeof firewallPolicySchema>;
export type TenantPolicy = Omit<z.output<typeof firewallPolicySchema>, "tenants">;
