import { type Scope, scopeSchema } from "../../memcube/index.js";
import { parse } from "../parse.js";
import type { Access } from "./access.js";
import type { Action } from "./grant.js";

/**
 * What a method of a part needs: an action, on the scope that is its argument at this position or (`tenant`) on
 * all of its tenant; or to be who opened the store.
 */
export type Rule =
  | { readonly action: Action; readonly scopeAt: number; readonly of?: "tenant"; readonly streams?: true }
  | "owner";

/** A rule for each public method, so that none can be forgotten: the compiler asks for it. */
export type Rules<Part> = {
  readonly [Method in keyof Part as Part[Method] extends (...args: never[]) => unknown
    ? Method
    : never]: Rule;
};

/**
 * A part of the memory for another principal: every method passes the decision point first, and what changes
 * something is in the audit before it happens. These parts work on whole memories, so a grant for some types,
 * or below some sensitivity, does not open them.
 */
export function guarded<Part extends object>(
  name: string,
  part: Part,
  rules: Rules<Part>,
  access: Access,
): Part {
  return new Proxy(part, {
    get(target, property) {
      const method = Reflect.get(target, property, target) as unknown;
      if (typeof method !== "function") return method;
      const rule = (rules as Readonly<Record<PropertyKey, Rule | undefined>>)[property] ?? "owner";
      const operation = `${name}.${String(property)}`;
      const decide = async (args: readonly unknown[]) => {
        if (rule === "owner") return access.authorizeOwner(operation);
        const scope: Scope = parse(scopeSchema, args[rule.scopeAt]);
        const wanted = rule.of === "tenant" ? { tenant: scope.tenant } : scope;
        await access.authorizeAll(operation, rule.action, wanted);
      };
      if (rule !== "owner" && rule.streams === true)
        return async function* (...args: unknown[]) {
          await decide(args);
          yield* method.apply(target, args) as AsyncIterable<unknown>;
        };
      return async (...args: unknown[]) => {
        await decide(args);
        return method.apply(target, args) as unknown;
      };
    },
  });
}
