/** Whether Slack hears of incidents: the last messages, and one to try. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { client, dataOf, sentenceOf } from '../../api/client.ts';
import { listOf } from '../../api/queries.ts';
import { ago, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

const shownRows = 6;
const good = new Set(['sent', 'skipped']);

export function SlackCard() {
  const queries = useQueryClient();
  const say = useToast();
  const may = useMay('config:write');
  const answer = useInfiniteQuery(listOf('/v1/deliveries', {}));
  const rows = answer.data?.pages[0]?.data.slice(0, shownRows) ?? [];
  const test = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/deliveries/test', { body: {} })),
    onSuccess: () => {
      say('A test message is on its way; what became of it appears here.');
      setTimeout(() => void queries.invalidateQueries({ queryKey: ['/v1/deliveries'] }), 3000);
    },
    onError: (error) => say(sentenceOf(error)),
  });
  return (
    <Card
      title="Slack and e-mail"
      id="slack"
      aside={
        may ? (
          <button type="button" className="button link" disabled={test.isPending} onClick={() => test.mutate()}>
            Send a test message
          </button>
        ) : undefined
      }
    >
      {answer.isPending && <Waiting what="Messages" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && rows.length === 0 && (
        <p className="small">
          No message was sent yet. The service needs <span className="mono">SLACK_BOT_TOKEN</span> and{' '}
          <span className="mono">SLACK_CHANNEL</span>, or <span className="mono">SLACK_WEBHOOK_URL</span>; then send a
          test message.
        </p>
      )}
      <ul className="rows">
        {rows.map((row) => (
          <li key={row.sequence}>
            <span className={`tag ${good.has(row.state) ? 'good' : row.state === 'dead' ? 'bad' : 'info'}`}>
              {row.state}
            </span>{' '}
            {row.kind === 'open' ? 'An incident' : words(row.kind)}{' '}
            <span className="small dim">{ago(row.createdAt)}</span>
            {row.fault !== null && <div className="small down">{row.fault}</div>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
