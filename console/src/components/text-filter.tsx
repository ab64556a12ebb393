/** A filter that one types: it takes hold when one stops, once what is typed can be one. */
import { useEffect, useState } from 'react';

type TextFilterProps = {
  label: string;
  placeholder?: string;
  value: string | undefined;
  onChange: (value: string) => void;
  /** What is not like this is not asked yet. */
  pattern?: RegExp;
};

const pauseMs = 300;

export function TextFilter({ label, placeholder, value, onChange, pattern }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  // The address changed by another hand: a link, or the way back.
  if (value !== known) {
    setKnown(value);
    setTyped(value ?? '');
  }
  const isWhole = typed === '' || pattern === undefined || pattern.test(typed.trim());
  useEffect(() => {
    const next = typed.trim();
    if (!isWhole || next === (value ?? '')) return undefined;
    const timer = setTimeout(() => onChange(next), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, value, isWhole, onChange]);
  return (
    <label className="field">
      {label}
      <input
        className="input"
        type="search"
        placeholder={placeholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
