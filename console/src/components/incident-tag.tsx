/** The state of an incident as a word with its colour. */
import type { Shape } from '../api/client.ts';

export function IncidentTag({
  incident: { state, severity },
}: {
  incident: Pick<Shape<'Incident'>, 'state' | 'severity'>;
}) {
  if (state === 'resolved') return <span className="tag good">resolved</span>;
  if (state === 'open') return <span className={severity === 'critical' ? 'tag bad' : 'tag warn'}>open</span>;
  return <span className="tag info">{state}</span>;
}
