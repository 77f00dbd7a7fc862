import type { MemCube } from "memos";
import { Dialog } from "../../parts/Dialog.js";
import { ProblemNotice } from "../../parts/Notice.js";
import { useAct } from "../../state/act.js";

function listOf(value: FormDataEntryValue | null): string[] {
  return String(value ?? "")
    .split(",")
    .map((label) => label.trim())
    .filter((label) => label !== "");
}

/** Changes what a memory says, on top of the version that is shown: if another is current, nothing changes. */
export function EditDialog({ cube, onClose }: { cube: MemCube; onClose: () => void }) {
  const { busy, problem, act } = useAct();
  const { title = "", keywords, tags } = cube.attributes;
  const text = cube.payload.kind === "plaintext" ? cube.payload.text : "";
  return (
    <Dialog title="Edit" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const patch = {
            text: String(form.get("text") ?? ""),
            title: String(form.get("title") ?? "").trim() || null,
            keywords: listOf(form.get("keywords")),
            tags: listOf(form.get("tags")),
          };
          act((to) => to.update(cube.id, patch, cube.version), onClose);
        }}
      >
        <label className="field">
          Text
          <textarea data-first name="text" rows={8} defaultValue={text} required dir="auto" />
        </label>
        <label className="field">
          Title
          <input name="title" defaultValue={title} autoComplete="off" />
        </label>
        <label className="field">
          Keywords, with commas between them
          <input name="keywords" defaultValue={keywords.join(", ")} autoComplete="off" />
        </label>
        <label className="field">
          Tags, with commas between them
          <input name="tags" defaultValue={tags.join(", ")} autoComplete="off" />
        </label>
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <button type="submit" className="primary" disabled={busy}>
          Save as version {cube.version + 1}
        </button>
      </form>
    </Dialog>
  );
}
