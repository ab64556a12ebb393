/** Single keys as commands, unless one types into a field or holds a modifier. */
import { useEffect } from 'react';

export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  const inField = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  return inField || event.ctrlKey || event.metaKey || event.altKey;
}

export function useKeys(actions: Record<string, () => void>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.repeat || document.querySelector('dialog[open]')) return;
      actions[event.key.toLowerCase()]?.();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}
