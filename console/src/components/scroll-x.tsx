/** What may be wider than a phone scrolls by itself, also by keyboard. */
import type { ReactNode } from 'react';

export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  return (
    // A part that scrolls has to take the focus, or a keyboard cannot reach its end (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-x" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
