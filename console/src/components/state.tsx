/** The states that every page has beside full: waiting, empty, and failed, each with a way on. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Refusal } from '../api/client.ts';

/** Bars in the place of what is coming. */
export function Waiting({ lines = 4, what }: { lines?: number; what: string }) {
  return (
    <div role="status" aria-live="polite">
      <span className="visually-hidden">{what} is loading</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="waiting" style={{ width: `${92 - ((at * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** Nothing is here: why, and what to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** An answer that did not come, or a refusal, in the API's own words. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const refusal = error instanceof Refusal ? error.problem : null;
  const isForbidden = refusal?.code === 'forbidden';
  return (
    <div className={`notice ${isForbidden ? 'info' : 'bad'}`} role="alert">
      <div>
        <strong>{isForbidden ? 'Your key may not see this' : (refusal?.title ?? 'Assay does not answer')}</strong>
        <p>{refusal?.detail ?? 'The service, or the way to it, is down. What you see may be old.'}</p>
        {refusal && <p>{refusal.hint}</p>}
        {refusal && !isForbidden && <p className="dim small">Request {refusal.requestId}</p>}
      </div>
      {isForbidden ? (
        <Link to="/settings" className="button">
          Who may do what
        </Link>
      ) : (
        onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )
      )}
    </div>
  );
}
