/** What one types is kept until it is sent: a page that is left, loaded again or signed out of gives it back. Never for secrets. */
import { useCallback, useState } from 'react';

/** `useState` of a text or a plain object under a name of its own; the third part forgets it. */
export function useDraft<Value>(name: string, first: Value): [Value, (value: Value) => void, () => void] {
  const key = `draft ${name}`;
  const [value, setValue] = useState<Value>(() => {
    const kept = window.sessionStorage.getItem(key);
    return kept === null ? first : (JSON.parse(kept) as Value);
  });
  const set = useCallback(
    (next: Value) => {
      setValue(next);
      window.sessionStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  const forget = useCallback(() => {
    setValue(first);
    window.sessionStorage.removeItem(key);
    // What it was first is what it is again; a new object each time changes nothing.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return [value, set, forget];
}
