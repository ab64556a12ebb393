/** One incident: what fell, why, who, which records, and what people did about it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { incidentById } from '../api/queries.ts';
import { useDraft } from '../components/draft.ts';
import { count, percent, plural, score, signed, when, words } from '../components/format.ts';
import { IncidentTag } from '../components/incident-tag.tsx';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { useToast } from '../components/toasts.tsx';
import { useMay } from '../session/gate.tsx';
import { type Cause, type Drop, type Fall, type Part, shownOf } from './incident-story.ts';

type Story = Shape<'IncidentStory'>;
const route = getRouteApi('/incidents/$incidentId');

export function Incident() {
  const { incidentId } = route.useParams();
  const answer = useQuery(incidentById(incidentId));
  if (answer.isPending) return <Waiting what="The incident" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const incident = answer.data;
  const fall = incident.detail as Fall;
  return (
    <Page
      title={incident.title}
      sub={
        <>
          <IncidentTag incident={incident} /> since {when(incident.openedAt)}
          {incident.mutedUntil !== null && `, silent until ${when(incident.mutedUntil)}`} ·{' '}
          <Link to="/runs/$id" params={{ id: incident.updatedRunId }}>
            the run that saw it last
          </Link>
        </>
      }
      actions={<Actions incident={incident} />}
    >
      <div className="grid split">
        <div className="stack">
          {fall.drops && <Drops drops={fall.drops} />}
          {fall.causes && fall.causes.length > 0 ? (
            <Causes causes={fall.causes} instanceUrl={fall.instanceUrl ?? null} />
          ) : (
            <Card title="What it says">{<p className="small prose">{incident.summary}</p>}</Card>
          )}
          {fall.sampleIds && fall.sampleIds.length > 0 && (
            <Samples ids={fall.sampleIds} instanceUrl={fall.instanceUrl ?? null} />
          )}
        </div>
        <Timeline incident={incident} />
      </div>
    </Page>
  );
}

function Drops({ drops }: { drops: Drop[] }) {
  return (
    <div className="grid cards">
      {drops.map((drop) => (
        <Card key={`${drop.object} ${drop.rule?.id ?? drop.dimension ?? ''}`} title={titleOf(drop)}>
          <div className="score">
            {drop.baseline !== null && <span className="small dim">{shown(drop, drop.baseline)} →</span>}
            <strong>{shown(drop, drop.score)}</strong>
            {drop.baseline !== null && (
              <span className="down strong">
                {signed(100 * (shownOf(drop, drop.score) - shownOf(drop, drop.baseline)))}
              </span>
            )}
          </div>
        </Card>
      ))}
    </div>
  );
}

const titleOf = ({ object, dimension, rule }: Drop): string =>
  rule?.title ?? (dimension === null ? object : `${object}: ${words(dimension)}`);

const shown = (drop: Drop, value: number): string => (drop.rule ? percent(shownOf(drop, value)) : score(value));

/** Points of a score that are shown as 0.1 at least. */
const isShown = ({ contribution }: Pick<Cause, 'contribution'>) => Math.abs(100 * contribution) >= 0.05;

function Causes({ causes, instanceUrl }: { causes: Cause[]; instanceUrl: string | null }) {
  const shownCauses = causes.filter(isShown);
  const rest = causes.filter((cause) => !isShown(cause));
  const sum = rest.reduce((total, { contribution }) => total + contribution, 0);
  return (
    <Card title="Why, adding up to the fall" isFlush>
      <CauseTable causes={shownCauses} instanceUrl={instanceUrl} />
      {rest.length > 0 && (
        <details>
          <summary>
            {plural(rest.length, 'rule')} moved it by less than 0.1 each, {signed(-100 * sum)} in all
          </summary>
          <CauseTable causes={rest} instanceUrl={instanceUrl} />
        </details>
      )}
    </Card>
  );
}

function CauseTable({ causes, instanceUrl }: { causes: Cause[]; instanceUrl: string | null }) {
  return (
    <table>
      <tbody>
        {causes.map((cause) => (
          <CauseLine key={keyOf(cause)} cause={cause} instanceUrl={instanceUrl} />
        ))}
      </tbody>
    </table>
  );
}

const keyOf = ({ object, ruleId, isAlone = false }: Cause): string => `${object} ${ruleId} ${isAlone}`;

function CauseLine({ cause, instanceUrl }: { cause: Cause; instanceUrl: string | null }) {
  const { object, ruleId, title, advice, addedCount, violatedCount, contribution, parts, common = [] } = cause;
  return (
    <tr>
      <td>
        <Link to="/findings" search={{ rule: ruleId, object }} className="strong">
          {title}
        </Link>
        <div className="small">
          {object}: {changeOf(addedCount)}, {count(violatedCount)} in all. {advice}
        </div>
        {parts
          .slice(0, -1)
          .filter(({ recordCount }) => recordCount > 0)
          .map((part) => (
            <div key={`${part.records} ${part.userId ?? ''}`} className="small dim">
              {writtenBy(part)}: {signed(-100 * part.contribution)}
            </div>
          ))}
        {common.map(({ column, value, recordCount }) => (
          <div key={`${column} ${value}`} className="small dim">
            {count(recordCount)} of them have {words(column.replace(/_id$/, '')).toLowerCase()}{' '}
            {isId(value) ? <InSalesforce id={value} instanceUrl={instanceUrl} /> : value}
          </div>
        ))}
      </td>
      <td className="n strong">{signed(-100 * contribution)}</td>
    </tr>
  );
}

function changeOf(added: number): string {
  if (added === 0) return 'as many records as before';
  return `${plural(Math.abs(added), 'record')} ${added > 0 ? 'more' : 'fewer'}`;
}

/** Records that were there before and that nobody edited break a rule by time alone. */
function writtenBy({ records, recordCount, userId, userName }: Part): string {
  const which = records === 'new' ? 'new record' : userId === null ? 'record that was there before' : 'edited record';
  const many = records === 'old' && userId === null ? 'records that were there before' : `${which}s`;
  return `${plural(recordCount, which, many)}${userId === null ? '' : ` by ${userName ?? userId}`}`;
}

const isId = (value: string) => /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(value) && /\d/.test(value);

function InSalesforce({ id, instanceUrl }: { id: string; instanceUrl: string | null }) {
  if (instanceUrl === null) return <span className="mono">{id}</span>;
  return (
    <a href={`${instanceUrl}/${id}`} target="_blank" rel="noreferrer" title="Open it in Salesforce" className="mono">
      {id}
    </a>
  );
}

function Samples({ ids, instanceUrl }: { ids: string[]; instanceUrl: string | null }) {
  return (
    <Card title="Some of the records">
      <p className="mono">
        {ids.map((id, at) => (
          <span key={id}>
            {at > 0 && ', '}
            <InSalesforce id={id} instanceUrl={instanceUrl} />
          </span>
        ))}
      </p>
    </Card>
  );
}

const deeds: Record<string, string> = {
  open: 'opened',
  fall: 'fell further',
  change: 'changed',
  remind: 'reminder sent',
  acknowledge: 'acknowledged',
  mute: 'muted',
  unmute: 'audible again',
  resolve: 'resolved',
};

function Timeline({ incident }: { incident: Story }) {
  return (
    <Card title="What happened since">
      <ol className="timeline">
        {incident.steps.map((step, at) => (
          <li key={`${step.at} ${at}`}>
            <span className="strong">{deeds[step.action] ?? step.action}</span>
            {step.actorName !== null && ` by ${step.actorName}`} <span className="small dim">{when(step.at)}</span>
            {step.note !== null && <div className="small">{step.note}</div>}
          </li>
        ))}
        {incident.messages.map((message) => (
          <li key={`${message.target} ${message.kind} ${message.ts ?? ''}`} className="small">
            Slack, {words(message.kind).toLowerCase()}: {message.state}
          </li>
        ))}
      </ol>
    </Card>
  );
}

type Deed = 'acknowledge' | 'mute' | 'resolve';

function Actions({ incident }: { incident: Story }) {
  const queries = useQueryClient();
  const say = useToast();
  const [open, setOpen] = useState<Deed | null>(null);
  const [note, setNote, forgetNote] = useDraft(`incident ${incident.id}`, '');
  const act = useMutation({
    mutationFn: (deed: Deed) => {
      const params = { path: { incidentId: incident.id } };
      const said = note.trim() === '' ? {} : { note: note.trim() };
      if (deed === 'acknowledge')
        return dataOf(client.POST('/v1/incidents/{incidentId}/acknowledge', { params, body: said }));
      if (deed === 'resolve')
        return dataOf(client.POST('/v1/incidents/{incidentId}/resolve', { params, body: { note: note.trim() } }));
      const until = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString();
      return dataOf(client.POST('/v1/incidents/{incidentId}/mute', { params, body: { ...said, until } }));
    },
    onSuccess: (_answer, deed) => {
      setOpen(null);
      forgetNote();
      say(
        deed === 'mute' ? 'Muted for a week.' : deed === 'resolve' ? 'Resolved.' : 'Acknowledged: no reminder comes.',
      );
      void queries.invalidateQueries({ queryKey: ['/v1/incidents'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (!useMay('reviews:write') || incident.state === 'resolved') return null;
  if (open !== null)
    return (
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate(open);
        }}
      >
        <label className="field">
          {open === 'resolve' ? 'Why it is over' : 'Note, if you like'}
          <input
            className="input"
            autoFocus
            required={open === 'resolve'}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
        <button type="submit" className="button first" disabled={act.isPending}>
          {open === 'mute' ? 'Mute for a week' : words(open)}
        </button>
        <button type="button" className="button quiet" onClick={() => setOpen(null)}>
          Back
        </button>
      </form>
    );
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen('mute')}>
        Mute
      </button>
      <button type="button" className="button" onClick={() => setOpen('resolve')}>
        Resolve
      </button>
      {incident.state !== 'acknowledged' && (
        <button type="button" className="button first" onClick={() => setOpen('acknowledge')}>
          Acknowledge
        </button>
      )}
    </>
  );
}
