/** An open incident in one line: how far it fell, why, and what to do. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { incidentById } from '../../api/queries.ts';
import { percent, plural, score, when, words } from '../../components/format.ts';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';
import { type Cause, type Fall, shownOf } from '../incident-story.ts';

type Incident = Shape<'Incident'>;

export function IncidentNotice({ incident }: { incident: Incident }) {
  const story = useQuery(incidentById(incident.id));
  const fall = (story.data?.detail ?? {}) as Fall;
  const drop = fall.drops?.find(({ baseline }) => baseline !== null);
  const cause = fall.causes?.[0];
  const shown = (value: number | null) =>
    value === null ? score(null) : drop?.rule ? percent(shownOf(drop, value)) : score(value);
  return (
    <section
      className={`notice incident ${incident.severity === 'critical' ? 'bad' : 'warn'}`}
      aria-label="Open incident"
    >
      <div className="fall">
        <span className="small">incident</span>
        {drop && (
          <strong className="from-to">
            {shown(drop.baseline)} <span aria-label="to">→</span> {shown(drop.score)}
          </strong>
        )}
      </div>
      <div>
        <strong>{drop && cause ? `${cause.title}: ${plural(cause.addedCount, 'more record')}` : incident.title}</strong>
        <p>
          {drop && cause ? whyText(cause) : firstSentences(incident.summary)} Since {when(incident.openedAt)}.
        </p>
      </div>
      <div className="buttons">
        <Link to="/incidents/$incidentId" params={{ incidentId: incident.id }} className="button">
          Why
        </Link>
        {cause && (
          <Link to="/findings" search={{ rule: cause.ruleId, object: cause.object }} className="button">
            See records
          </Link>
        )}
        <Acknowledge incident={incident} />
      </div>
    </section>
  );
}

function Acknowledge({ incident }: { incident: Incident }) {
  const queries = useQueryClient();
  const say = useToast();
  const acknowledge = useMutation({
    mutationFn: () =>
      dataOf(
        client.POST('/v1/incidents/{incidentId}/acknowledge', {
          params: { path: { incidentId: incident.id } },
          body: {},
        }),
      ),
    onSuccess: () => {
      say(`${words(incident.kind)} acknowledged: no reminder comes.`);
      void queries.invalidateQueries({ queryKey: ['/v1/incidents'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (!useMay('reviews:write')) return null;
  return (
    <button
      type="button"
      className="button first"
      disabled={acknowledge.isPending}
      onClick={() => acknowledge.mutate()}
    >
      Acknowledge
    </button>
  );
}

/** Who did it, and what to do: the largest part of the first cause. */
function whyText({ parts, advice, contribution, isAlone }: Cause): string {
  const [part] = parts
    .filter(({ userName }) => userName !== null)
    .toSorted((one, other) => other.recordCount - one.recordCount);
  const who =
    part?.userName == null
      ? ''
      : ` ${plural(part.recordCount, part.records === 'new' ? 'record was created' : 'record was edited', part.records === 'new' ? 'records were created' : 'records were edited')} by ${part.userName}.`;
  const cost = isAlone ? '' : `It costs ${(100 * contribution).toFixed(1)} points.`;
  return `${cost}${who} ${advice}`.trim();
}

const longest = 220;

/** The words of a message for a chat, without its first name of the org, cut at the end of a sentence. */
function firstSentences(summary: string): string {
  const text = summary.replaceAll('\n', ' ').replace(/^[^:]{1,60}: /, '');
  const cut = text.length <= longest ? text.length : text.lastIndexOf('. ', longest) + 1 || longest;
  return text.slice(0, cut);
}
