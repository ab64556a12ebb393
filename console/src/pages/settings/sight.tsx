/** What a login sees of an org: objects, records, requests left, and what to grant. */
import type { Shape } from '../../api/client.ts';
import { count, plural } from '../../components/format.ts';

export function Sight({ sight }: { sight: Shape<'ConnectionSight'> }) {
  if (sight.fault !== null)
    return (
      <div className="notice bad" role="alert">
        <div>
          <strong>{sight.fault.detail}</strong>
          <p>{sight.fault.hint}</p>
        </div>
      </div>
    );
  const seen = sight.objects.filter(({ isVisible }) => isVisible);
  const advice = sight.objects.flatMap((one) => (one.advice === null ? [] : [one.advice]));
  return (
    <div className={`notice ${sight.isOk ? 'info' : 'warn'}`} role="status">
      <div>
        <strong>
          {sight.isOk ? 'The login works' : 'Something is missing'}: {plural(seen.length, 'object')} visible,{' '}
          {count(seen.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0))} records.
        </strong>
        {sight.usedCount !== null && (
          <p>
            {count(sight.usedCount)} of {count(sight.limitCount)} API requests of the day are used.
          </p>
        )}
        {advice.length > 0 && (
          <details>
            <summary>{plural(advice.length, 'thing')} to grant or turn on</summary>
            <ul className="plain">
              {advice.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </div>
  );
}
