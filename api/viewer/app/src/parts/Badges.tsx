import { minute } from "./format.js";

/** The type of a memory or a node, with its colour. */
export function TypeName({ type }: { type: string }) {
  return (
    <span className="type" data-type={type}>
      <span className="dot" aria-hidden="true" />
      {type}
    </span>
  );
}

export function StateName({ state }: { state: string }) {
  return (
    <span className="state" data-state={state}>
      {state}
    </span>
  );
}

/** An instant, to the minute; all of it in the title. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {minute(at)}
    </time>
  );
}
