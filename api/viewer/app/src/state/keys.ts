import { useEffect, useRef } from "react";

/** Whether a key that is pressed now is text for a field. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && /^(checkbox|radio|range|button)$/.test(target.type))
  );
}

function isForOthers(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  return isTyping(event.target) || document.querySelector("dialog[open]") !== null;
}

/** Listens to two keys, one after the other, before anything else listens to the second. */
export function useSequence(leader: string, follow: (key: string) => boolean): void {
  const latest = useRef(follow);
  latest.current = follow;
  useEffect(() => {
    let leading = false;
    const pressed = (event: KeyboardEvent) => {
      if (isForOthers(event)) return;
      const isSecond = leading;
      leading = !isSecond && event.key === leader;
      if (leading || (isSecond && latest.current(event.key))) event.preventDefault();
    };
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, [leader]);
}

/** Listens to single keys while the component is there, and no dialog is open and no field has the focus. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isForOthers(event)) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
