/** The open pipeline from what Salesforce says to what is healthy, step by step. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { metricBridge, metricHistory } from '../../api/queries.ts';
import { Waterfall } from '../../charts/waterfall.tsx';
import { bridgeSteps } from '../../charts/bridge.ts';
import { day, money, plural } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';

type Value = Shape<'MetricValue'>;

export function PipelineCard() {
  const open = useQuery(metricHistory('open_pipeline', { periodKind: 'all' }));
  const healthy = useQuery(metricHistory('open_pipeline_healthy', { periodKind: 'all', basis: 'clean' }));
  const bridge = useQuery(metricBridge('open_pipeline', 'all'));
  const asked = [open, healthy, bridge];
  const fault = asked.find(({ error }) => error !== null)?.error ?? null;
  return (
    <Card
      title="Open pipeline, from what Salesforce says to what is healthy"
      aside={
        <Link to="/numbers" search={{ metric: 'open_pipeline' }}>
          Each step, with its deals
        </Link>
      }
    >
      {fault !== null && (
        <Failure error={fault} onRetry={() => void Promise.all(asked.map(({ refetch }) => refetch()))} />
      )}
      {asked.some(({ isPending }) => isPending) && fault === null && <Waiting what="The open pipeline" lines={6} />}
      {open.data && healthy.data && bridge.data && (
        <Chart values={[...open.data, ...healthy.data]} bridge={bridge.data} />
      )}
    </Card>
  );
}

function Chart({ values, bridge }: { values: Value[]; bridge: Shape<'BridgeStep'>[] }) {
  const of = (metric: string, basis: 'raw' | 'clean') =>
    values.find((one) => one.metric === metric && one.basis === basis && one.dimension === 'all');
  const [raw, clean, healthy] = [
    of('open_pipeline', 'raw'),
    of('open_pipeline', 'clean'),
    of('open_pipeline_healthy', 'clean'),
  ];
  if (raw?.value == null || clean?.value == null)
    return <p className="small">No deal is open, or none has been read yet.</p>;
  const deals = bridge.filter(({ dimension, period }) => dimension === 'all' && period === 'all');
  const steps = bridgeSteps(raw.value, clean.value, deals);
  if (healthy?.value != null)
    steps.push(
      { label: 'stale', from: clean.value, to: healthy.value },
      { label: 'healthy', from: 0, to: healthy.value, isTotal: true },
    );
  return (
    <>
      <Waterfall label="Open pipeline" steps={steps} format={money} />
      <p className="small spaced-s">
        {plural(raw.n, 'open deal')} in Salesforce, {plural(clean.n, 'deal')} when each is counted once
        {healthy && <>, {plural(healthy.n, 'deal')} that somebody works on</>}. As of {day(raw.asOf)}.
      </p>
    </>
  );
}
