/** Short words at the foot of the page about what was just done, with a way back where there is one. */
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

type Toast = { id: number; text: string; undo?: (() => void) | undefined };
type Say = (text: string, undo?: () => void) => void;

const Toasts = createContext<Say>(() => {});
const shownMilliseconds = 7000;

export function ToastArea({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const say = useCallback<Say>(
    (text, undo) => {
      const id = Date.now() + Math.random();
      // One at a time: the last thing done is the one to take back.
      setToasts([{ id, text, undo }]);
      setTimeout(() => drop(id), shownMilliseconds);
    },
    [drop],
  );
  const value = useMemo(() => say, [say]);
  return (
    <Toasts value={value}>
      {children}
      <div className="toast-area" role="status" aria-live="polite">
        {toasts.map(({ id, text, undo }) => (
          <div key={id} className="toast">
            <span>{text}</span>
            {undo && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  drop(id);
                  undo();
                }}
              >
                Undo
              </button>
            )}
          </div>
        ))}
      </div>
    </Toasts>
  );
}

/** Says something at the foot of the page. */
export const useToast = (): Say => use(Toasts);
