/** A part of a whole as a bar; the figures beside it say the same in words. */
export function PartBar({ part, all, colour }: { part: number; all: number; colour: string }) {
  return (
    <div className="part-bar" aria-hidden="true">
      <span style={{ width: `${all === 0 ? 0 : Math.min(1, part / all) * 100}%`, background: colour }} />
    </div>
  );
}
