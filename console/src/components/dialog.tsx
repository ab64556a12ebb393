/** A question over the page: the browser's own dialog, which keeps the focus inside and closes by Escape. */
import { type ReactNode, useEffect, useId, useRef } from 'react';

type DialogProps = { title: string; isOpen: boolean; onClose: () => void; children: ReactNode };

export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const { current } = box;
    if (isOpen && current && !current.open) current.showModal();
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    <dialog ref={box} className="dialog" aria-labelledby={titleId} onClose={onClose} onCancel={onClose}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
