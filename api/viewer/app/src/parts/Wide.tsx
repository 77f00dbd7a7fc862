import type { ReactNode } from "react";

/** What may be wider than the window: it scrolls by itself, with the keyboard too. */
export function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className="wide" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
