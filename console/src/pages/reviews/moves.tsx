/** What the answer moves: records that become one, the money tied to them, and the counts before and after. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { goldenRecord } from '../../api/queries.ts';
import { count, money, plural } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { RecordLink } from '../../components/record-link.tsx';

type Item = Shape<'ReviewItem'>;

export function Moves({ item, pairs }: { item: Item; pairs: string }) {
  const left = useQuery(goldenRecord(item.left.goldenId));
  const right = useQuery(goldenRecord(item.right.goldenId));
  const isOne = item.left.goldenId === item.right.goldenId;
  const plurals: Record<string, string> = { person: 'People', company: 'Companies', deal: 'Deals' };
  return (
    <Card title={isOne ? 'What hangs on it' : 'If they are one'}>
      <dl className="kv">
        <dt>{plurals[item.entity] ?? item.entity} counted</dt>
        <dd className="n">{isOne ? '1, and 2 if they differ' : '2 → 1'}</dd>
        <dt>Records in it</dt>
        <dd className="n">
          {isOne || !left.data || !right.data
            ? count(item.recordCount)
            : `${left.data.members.length} + ${right.data.members.length} → ${item.recordCount}`}
        </dd>
        <dt>Open deals tied to them</dt>
        <dd className="n">{item.openAmount > 0 ? money(item.openAmount) : 'none'}</dd>
        <dt>Asked by</dt>
        <dd className="n">{pairs}</dd>
      </dl>
      <details className="pair-story">
        <summary>{plural(item.recordCount, 'record')} of both</summary>
        {[left, ...(isOne ? [] : [right])].map(
          (side) =>
            side.data && (
              <ul key={side.data.goldenId} className="plain">
                <li>
                  <Link to="/duplicates/$goldenId" params={{ goldenId: side.data.goldenId }}>
                    {side.data.members[0]?.label ?? side.data.goldenId}
                  </Link>
                  <ul className="plain">
                    {side.data.members.map((one) => (
                      <li key={`${one.connectionId} ${one.salesforceId}`} className="small">
                        {one.label} {one.object} <RecordLink id={one.salesforceId} connectionId={one.connectionId} />
                      </li>
                    ))}
                  </ul>
                </li>
              </ul>
            ),
        )}
      </details>
    </Card>
  );
}
