/** How good the promises were: of each kind of repair and each metric, what was promised and what came. */
import { useQuery } from '@tanstack/react-query';
import type { Shape } from '../../api/client.ts';
import { fixSums, metrics } from '../../api/queries.ts';
import { count, percent, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { Waiting } from '../../components/state.tsx';
import { shown } from '../../components/metric-value.ts';
import { type Fix, kindNames } from './kinds.ts';

type Accuracy = Shape<'FixSums'>['accuracy'][number];
type Metric = Shape<'Metric'>;

/** What the price of a repair is made of. */
const priced = new Set(['bookings', 'open_pipeline']);

export function Promises() {
  const answer = useQuery(fixSums('all'));
  const rows = answer.data?.accuracy ?? [];
  const known = new Map(useQuery(metrics).data?.map((one) => [one.name, one]));
  const isPrice = ({ metric }: Accuracy) => priced.has(metric);
  const [inMoney, others] = [rows.filter(isPrice), rows.filter((one) => !isPrice(one))];
  return (
    <Card title="How good the promises were" isFlush>
      {answer.isPending && <Waiting what="Promises" />}
      {answer.isError && <p className="small pad">It is not known now.</p>}
      {answer.isSuccess && rows.length === 0 && (
        <p className="small pad">A promise is held against what came of it once a repair is made and published.</p>
      )}
      {inMoney.length > 0 && <Table rows={inMoney} known={known} />}
      {others.length > 0 && (
        <details className="pad">
          <summary className="small">{count(others.length)} more, of other metrics</summary>
          <Table rows={others} known={known} />
        </details>
      )}
    </Card>
  );
}

function Table({ rows, known }: { rows: Accuracy[]; known: Map<string, Metric> }) {
  return (
    <ScrollX label="Promises by kind and metric">
      <table className="lines narrow">
        <thead>
          <tr>
            <th scope="col">Repair and metric</th>
            <th scope="col" className="n">
              Promised
            </th>
            <th scope="col" className="n">
              Found
            </th>
            <th scope="col" className="n">
              Exact
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => {
            const metric = known.get(one.metric);
            const text = (value: number) => shown(metric?.unit ?? 'count', value);
            return (
              <tr key={`${one.kind} ${one.metric}`}>
                <td>
                  {metric?.title ?? words(one.metric)}
                  <div className="small dim">
                    {kindNames[one.kind as Fix['kind']] ?? words(one.kind)}, {count(one.fixCount)} made
                  </div>
                </td>
                <td className="n dim">{text(one.predicted)}</td>
                <td className="n">{text(one.realised)}</td>
                <td className="n">{percent(one.exactShare, 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}
