/** Why a change was not taken: where somebody else was ahead it says so in place, and nothing that was typed is lost. */
import type { ReactNode } from 'react';
import { isOutdated } from '../api/client.ts';
import { Failure } from './state.tsx';

type Props = {
  error: unknown;
  /** Who was ahead, where that is known. */ by?: string | null | undefined;
  /** Whether the page keeps something that was typed. */ isKept?: boolean;
  onRetry?: (() => void) | undefined;
  /** What they set, where the page does not show it elsewhere. */ children?: ReactNode;
};

export function NotTaken({ error, by, isKept = true, onRetry, children }: Props) {
  if (!isOutdated(error)) return <Failure error={error} onRetry={onRetry} />;
  return (
    <div className="notice info" role="alert">
      <div>
        <strong>{by ?? 'Somebody'} changed this meanwhile.</strong>
        <p>{isKept ? 'What they set is shown now; yours is kept here.' : 'What they set is shown now.'}</p>
        {children}
      </div>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Send mine all the same
        </button>
      )}
    </div>
  );
}
