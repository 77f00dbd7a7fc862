import type { ReactNode } from "react";

/**
 * Rows under their titles; an empty title stands over what can be done with a row. Where it is wider than the window it
 * scrolls by itself, with the keyboard too.
 */
export function Table({
  label,
  titles,
  children,
}: {
  label: string;
  titles: readonly string[];
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className="wide" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title === "" ? <span className="visually-hidden">Actions</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
