import type { AnchorHTMLAttributes } from "react";
import { go } from "../state/address.js";

/** A link inside the viewer: a real one, so that it can be copied and opened in another tab. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        const isPlain =
          event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (event.defaultPrevented || !isPlain) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}
