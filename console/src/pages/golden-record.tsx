/** One golden record: what do we know, from where, and why are these records one? */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { goldenRecord } from '../api/queries.ts';
import { Weights } from '../charts/weights.tsx';
import { ago, day, percent, plural, signed, valueText, when, words } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { RecordLink } from '../components/record-link.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { PinButton } from './golden-record/pin-button.tsx';

type Story = Shape<'DuplicateDetail'>;
const route = getRouteApi('/duplicates/$goldenId');

export function GoldenRecord() {
  const { goldenId } = route.useParams();
  const answer = useQuery(goldenRecord(goldenId));
  if (answer.isPending) return <Waiting what="The golden record" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const story = answer.data;
  return (
    <Page title={titleOf(story)} sub={<Sub story={story} />}>
      {story.retiredInto !== null && (
        <div className="notice info">
          <div>
            <strong>Another golden record took this one over.</strong>
          </div>
          <Link to="/duplicates/$goldenId" params={{ goldenId: story.retiredInto }} className="button">
            Go there
          </Link>
        </div>
      )}
      <div className="grid split">
        <div className="stack">
          <Values story={story} />
          <Members story={story} />
        </div>
        <div className="stack">
          <Why story={story} />
          <Cuts story={story} />
          <History story={story} />
        </div>
      </div>
    </Page>
  );
}

const labels: Record<string, string[]> = {
  person: ['given_name', 'first_name', 'family_name', 'last_name'],
  company: ['name'],
  deal: ['name'],
};

function titleOf(story: Story): string {
  const wanted = labels[story.entity] ?? ['name'];
  const parts = wanted.flatMap((field) =>
    story.survivors.filter((one) => one.field === field && one.value !== null).map(({ value }) => valueText(value)),
  );
  return parts.length > 0
    ? parts.join(' ')
    : (story.members.find(({ label }) => label !== null)?.label ?? story.goldenId);
}

function Sub({ story }: { story: Story }) {
  return (
    <>
      {words(story.entity)} of {plural(story.members.length, 'record')} · <span className="mono">{story.goldenId}</span>
    </>
  );
}

function Values({ story }: { story: Story }) {
  return (
    <Card title="What is published, and from where" isFlush>
      <ScrollX label="Values">
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value</th>
              <th scope="col">From, and how old</th>
              <th scope="col">
                <span className="visually-hidden">Set by hand</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {story.survivors.map((one) => (
              <tr key={`${one.field} ${one.place}`}>
                <td className="dim nowrap">{words(one.field)}</td>
                <td className="value">{valueText(one.value)}</td>
                <td className="small">
                  {one.pinnedBy === null
                    ? one.salesforceId !== null && <From id={one.salesforceId} connectionId={one.connectionId} />
                    : `set by ${one.pinnedBy}: ${one.pinReason ?? ''}`}
                  {one.decidedBy !== null && <span className="dim nowrap"> {one.decidedBy}</span>}
                  <Age
                    since={one.valueSince}
                    isBound={one.valueSinceIs === 'bound'}
                    confirmedAt={one.lastConfirmedAt}
                  />
                </td>
                <td className="n">
                  {one.place === 0 && <PinButton goldenId={story.goldenId} field={one.field} value={one} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  );
}

type AgeProps = { since: string | null; isBound: boolean; confirmedAt: string | null };

function Age({ since, isBound, confirmedAt }: AgeProps) {
  if (since === null && confirmedAt === null) return null;
  const age = since === null ? null : `${isBound ? 'at least ' : ''}${ago(since).replace(/ ago$/, ' old')}`;
  const seen = confirmedAt === null ? null : `confirmed ${ago(confirmedAt)}`;
  return (
    <div className="dim" title={day(since)}>
      {[age, seen].filter((one) => one !== null).join(', ')}
    </div>
  );
}

function From({ id, connectionId }: { id: string; connectionId: string | null }) {
  return connectionId === null ? <RecordLink id={id} /> : <RecordLink id={id} connectionId={connectionId} />;
}

function Members({ story }: { story: Story }) {
  return (
    <Card title="Records" isFlush>
      <table>
        <tbody>
          {story.members.map((one) => (
            <tr key={`${one.connectionId} ${one.salesforceId}`}>
              <td>
                <span className="strong">{one.label ?? one.object}</span>
                <div className="small">
                  {one.object} <RecordLink id={one.salesforceId} connectionId={one.connectionId} />
                </div>
              </td>
              <td className="n small dim">{one.since === null ? '' : `here since ${day(one.since)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Why({ story }: { story: Story }) {
  if (story.pairs.length === 0) return null;
  return (
    <Card title="Why they are one">
      {story.pairs.slice(0, 5).map((pair) => (
        <details key={`${pair.left} ${pair.right}`} open={story.pairs[0] === pair} className="pair-story">
          <summary>
            {pair.sentence} <span className="dim nowrap">{percent(pair.probability, 2)}</span>
          </summary>
          <Weights steps={pair.waterfall} />
        </details>
      ))}
      {story.pairs.length > 5 && <p className="small dim">And {plural(story.pairs.length - 5, 'more pair')}.</p>}
      {story.reviews.map((one) => (
        <p key={one.id} className="small">
          {one.decidedBy} said {one.kind} on {day(one.decidedAt)}: {one.reason}
        </p>
      ))}
    </Card>
  );
}

function Cuts({ story }: { story: Story }) {
  if (story.cuts.length === 0) return null;
  return (
    <Card title="Close, and kept apart">
      {story.cuts.map((cut) => (
        <p key={`${cut.left} ${cut.right}`} className="small">
          <Link to="/duplicates/$goldenId" params={{ goldenId: cut.otherGoldenId }} className="mono">
            {cut.otherGoldenId}
          </Link>{' '}
          ({signed(cut.weight)} bits): {cut.why}
        </p>
      ))}
    </Card>
  );
}

function History({ story }: { story: Story }) {
  if (story.events.length === 0) return null;
  return (
    <Card title="History of its id">
      <ol className="plain">
        {story.events.map((event, at) => (
          <li key={`${event.runId} ${at}`} className="small">
            {when(event.at)}: {words(event.kind)}{' '}
            <span className="mono">{event.salesforceId ?? event.otherGoldenId ?? ''}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
