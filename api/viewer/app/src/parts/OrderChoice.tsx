/** The newest or the oldest first; the newest where nothing is said. */
export function OrderChoice({
  value,
  names,
  onChange,
}: {
  value: "newest" | "oldest";
  names: { newest: string; oldest: string };
  onChange: (chosen: "oldest" | undefined) => void;
}) {
  return (
    <label className="inline">
      Order
      <select
        value={value}
        onChange={(event) => onChange(event.target.value === "oldest" ? "oldest" : undefined)}
      >
        <option value="newest">{names.newest}</option>
        <option value="oldest">{names.oldest}</option>
      </select>
    </label>
  );
}
