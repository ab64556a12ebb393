/** Who changed what, the newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listOf } from '../../api/queries.ts';
import { ago } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { deed } from '../../components/vocabulary.ts';

const shownRows = 8;

/** An id that no person gave: `run_01a2…`. */
const isOpaque = (id: string) => /^[a-z]+_[0-9a-f-]{36}$/.test(id);

export function Audit() {
  const answer = useInfiniteQuery(listOf('/v1/audit', {}));
  const rows = answer.data?.pages[0]?.data.slice(0, shownRows) ?? [];
  return (
    <Card title="Who changed what" aside={<Link to="/settings/audit">All of it</Link>}>
      {answer.isPending && <Waiting what="Changes" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      <ul className="rows">
        {rows.map((row) => (
          <li key={row.id}>
            <span className="strong">{row.actor.name ?? row.actor.id}</span> {deed(row)}{' '}
            {row.subjectName ??
              (!isOpaque(row.subjectId) && <span className="mono small dim">{row.subjectId.slice(0, 24)}</span>)}
            <div className="small dim">
              {ago(row.at)}
              {row.fields.length > 0 && ` · ${row.fields.join(', ')}`}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
