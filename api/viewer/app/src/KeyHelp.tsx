import { Dialog } from "./parts/Dialog.js";

const KEYS: readonly [keys: string, what: string][] = [
  ["/", "Search"],
  ["j  k", "Next and previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Close, or back from a memory"],
  ["a  r", "Accept or reject, in the review"],
  ["e  f", "Edit or forget, at a memory"],
  ["g s", "Search"],
  ["g m", "Memories"],
  ["g g", "Graph"],
  ["g t", "Timeline"],
  ["g e", "Entities"],
  ["g h", "Shelves"],
  ["g w", "Work"],
  ["g r", "Review"],
  ["?", "These keys"],
];

export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(/\s+/).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
