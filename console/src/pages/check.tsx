/** Check a list: which of these do we know? A file dropped in, its columns mapped, each row answered; nothing is kept longer than said. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, doneOf, sentenceOf, type Shape } from '../api/client.ts';
import { listCheckById, listOf, sendList } from '../api/queries.ts';
import { CsvDrop } from '../components/csv-drop.tsx';
import { ago, count, plural, when } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { useToast } from '../components/toasts.tsx';
import { useMay } from '../session/gate.tsx';
import { Answers } from './check/answers.tsx';
import { Columns } from './check/columns.tsx';

type Check = Shape<'ListCheck'>;
const route = getRouteApi('/check');

export function CheckList() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (next: string | undefined) => void navigate({ search: next === undefined ? {} : { id: next } });
  if (!useMay('pii:read'))
    return (
      <Page title="Check a list">
        <Card>
          <p>Lists hold personal data: you need a key that may see it.</p>
        </Card>
      </Page>
    );
  return (
    <Page
      title="Check a list"
      sub="Who on a list is in Salesforce already, before they are created again. Nothing is created, here or in Salesforce."
      actions={
        id !== undefined && (
          <button type="button" className="button" onClick={() => open(undefined)}>
            Another list
          </button>
        )
      }
    >
      {id === undefined ? <Begin onOpen={open} /> : <One key={id} id={id} onOpen={open} />}
    </Page>
  );
}

function Begin({ onOpen }: { onOpen: (id: string) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: (chosen: File) => sendList(chosen, {}),
    onSuccess: (check) => onOpen(check.id),
  });
  const take = (chosen: File) => {
    setFile(chosen);
    send.mutate(chosen);
  };
  return (
    <div className="stack">
      <CsvDrop file={file} isSending={send.isPending} onTake={take}>
        The names of the columns in its first line, at most 100,000 rows. It is deleted after a day, with all that was
        found.
      </CsvDrop>
      {send.isError && <Failure error={send.error} {...(file === null ? {} : { onRetry: () => send.mutate(file) })} />}
      <Kept onOpen={onOpen} />
    </div>
  );
}

/** Lists that were checked and are still here. */
function Kept({ onOpen }: { onOpen: (id: string) => void }) {
  const answer = useInfiniteQuery(listOf('/v1/list-checks', {}));
  const rows = answer.data?.pages.flatMap(({ data }) => data) ?? [];
  if (answer.isPending) return <Waiting what="Lists" />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  if (rows.length === 0) return null;
  return (
    <Card title="Still kept" isFlush>
      <table className="lines">
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <button type="button" className="button link" onClick={() => onOpen(row.id)}>
                  {row.name}
                </button>
                <div className="small dim">
                  {plural(row.rowCount, 'row')}, by {row.requestedBy}, {ago(row.requestedAt)}
                </div>
              </td>
              <td className="small">{row.summary === null ? row.state : summaryText(row.summary)}</td>
              <td className="n small dim">until {when(row.keepUntil)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const summaryText = ({ known, doubtful, new: fresh, unknown }: NonNullable<Check['summary']>) =>
  `${count(known)} known, ${count(doubtful)} doubtful, ${count(fresh)} new${unknown > 0 ? `, ${count(unknown)} without a key` : ''}`;

function One({ id, onOpen }: { id: string; onOpen: (id: string | undefined) => void }) {
  const queries = useQueryClient();
  const say = useToast();
  const answer = useQuery(listCheckById(id));
  const remove = useMutation({
    mutationFn: () => doneOf(client.DELETE('/v1/list-checks/{listCheckId}', { params: { path: { listCheckId: id } } })),
    onSuccess: () => {
      say('Deleted, with all that was found.');
      void queries.invalidateQueries({ queryKey: ['/v1/list-checks'] });
      onOpen(undefined);
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (answer.isPending) return <Waiting what="The list" lines={6} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const check = answer.data;
  return (
    <div className="stack">
      <Card
        title={check.name}
        aside={
          <button type="button" className="button link" disabled={remove.isPending} onClick={() => remove.mutate()}>
            Delete it now
          </button>
        }
      >
        {check.state === 'failed' && (
          <p className="down" role="alert">
            {check.fault}
          </p>
        )}
        {(check.state === 'queued' || check.state === 'running') && (
          <p role="status">
            <progress max={Math.max(1, check.rowCount)} value={check.doneCount} aria-label="Rows looked up" />{' '}
            {count(check.doneCount)} of {plural(check.rowCount, 'row')} looked up
          </p>
        )}
        {check.summary !== null && <Summary check={check} summary={check.summary} />}
        <p className="small">
          Taken for {check.entity === 'person' ? 'people' : 'companies'}. Kept until {when(check.keepUntil)}.
        </p>
      </Card>
      <Columns check={check} onChecked={(next) => onOpen(next.id)} />
      {check.state === 'done' && <Answers check={check} />}
    </div>
  );
}

function Summary({ check, summary }: { check: Check; summary: NonNullable<Check['summary']> }) {
  const parts: [string, number, string][] = [
    ['known', summary.known, 'in Salesforce already: update them'],
    ['doubtful', summary.doubtful, 'look yourself'],
    ['new', summary.new, 'import them'],
    ['unknown', summary.unknown, 'nothing to find them by'],
  ];
  return (
    <>
      <dl className="verdicts">
        {parts.map(([name, value, says]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Link to="/check" search={{ id: check.id, verdict: name }}>
                <strong>{count(value)}</strong>
              </Link>
              <span className="small">{says}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="small">
        {plural(summary.optedOut, 'row')} of people who want no e-mail; {plural(summary.repeated, 'row')} of somebody
        further up{summary.incomplete > 0 && `; of ${plural(summary.incomplete, 'row')} not all was compared`}.
      </p>
    </>
  );
}
