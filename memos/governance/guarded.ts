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
      if (rule === "owner")
        return async (...args: unknown[]) => {
          await access.authorizeOwner(operation);
          return method.apply(target, args) as unknown;
        };
      const scopeOf = (args: readonly unknown[]): Scope => {
        const scope: Scope = parse(scopeSchema, args[rule.scopeAt]);
        return rule.of === "tenant" ? { tenant: scope.tenant } : scope;
      };
      if (rule.streams === true)
        return async function* (...args: unknown[]) {
          const scope = scopeOf(args);
          await access.authorizeAll(operation, rule.action, scope);
          for await (const value of method.apply(target, args) as AsyncIterable<unknown>) {
            // Again for each: what is revoked meanwhile counts at once.
            if ((await access.labels(rule.action, scope)) !== undefined)
              throw await access.denied(
                { operation, action: rule.action, scope },
                "the grant has ended meanwhile",
              );
            yield value;
          }
        };
      return async (...args: unknown[]) => {
        await access.authorizeAll(operation, rule.action, scopeOf(args));
        return method.apply(target, withOwnKey(args, access)) as unknown;
      };
    },
  });
}

/** The key among the options of a write is one of its principal. */
function withOwnKey(args: readonly unknown[], access: Access): unknown[] {
  return args.map((arg) => {
    if (typeof arg !== "object" || arg === null || !("idempotencyKey" in arg)) return arg;
    const { idempotencyKey: key } = arg;
    return typeof key === "string" ? { ...arg, idempotencyKey: access.ownKey(key) } : arg;
  });
}
