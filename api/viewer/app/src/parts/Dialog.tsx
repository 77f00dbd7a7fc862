import { type ReactNode, useEffect, useId, useRef } from "react";

/** A modal dialog of the browser's own: it keeps the focus, and Esc closes it. What is marked `data-first` has it first. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" className="ghost" aria-label="Close" onClick={() => dialog.current?.close()}>
          Esc
        </button>
      </header>
      {children}
    </dialog>
  );
}
