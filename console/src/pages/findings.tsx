/** Findings: what should whom mend? */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { findingCounts, listOf } from '../api/queries.ts';
import { Dialog } from '../components/dialog.tsx';
import { ago, count, money, words } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { Filter } from '../components/filter.tsx';
import { Empty } from '../components/state.tsx';
import { useToast } from '../components/toasts.tsx';
import { dimensionNames } from '../components/vocabulary.ts';
import { useMay } from '../session/gate.tsx';

type Finding = Shape<'Finding'>;
const route = getRouteApi('/findings');

const objects = ['Account', 'Contact', 'Lead', 'Opportunity'].map((name) => [name, name] as const);
const severities = [
  ['critical', 'Critical'],
  ['warn', 'Warning'],
] as const;
const dimensions = dimensionNames.map((name) => [name, words(name)] as const);
const states = [
  ['open', 'Open'],
  ['waived', 'Waived'],
  ['closed', 'Mended'],
  ['all', 'Open and mended'],
] as const;

const sorts = [
  ['newest', 'Newest first'],
  ['oldest', 'Oldest first'],
  ['amount', 'Most money first'],
] as const;

export function Findings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  // The address is what a person may type; the API says what is wrong with it.
  const answer = useInfiniteQuery(listOf('/v1/findings', search as object));
  const isFiltered = Object.keys(search).some((name) => name !== 'sort');
  const file = `/v1/findings/export?${new URLSearchParams({ ...search, format: 'csv' })}`;
  return (
    <Page
      title="Findings"
      sub="Records that break a rule, and what to do about each. A finding closes by itself when the record is mended in Salesforce."
      actions={
        <a className="button" href={file} download>
          Export as CSV
        </a>
      }
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter label="Object" value={search.object} options={objects} onChange={set('object')} />
        <OwnerFilter search={search} onChange={set('ownerId')} />
        <Filter label="Severity" value={search.severity} options={severities} onChange={set('severity')} />
        <Filter label="What is wrong" value={search.dimension} options={dimensions} onChange={set('dimension')} />
        <Filter label="State" value={search.state ?? 'open'} options={states} onChange={set('state')} isRequired />
        <Filter label="Order" value={search.sort ?? 'newest'} options={sorts} onChange={set('sort')} isRequired />
        {search.rule !== undefined && (
          <button type="button" className="button" onClick={() => set('rule')('')}>
            Rule: {words(search.rule)} <span aria-label="take away">✕</span>
          </button>
        )}
        {isFiltered && (
          <Link to="/findings" search={{}} className="button quiet">
            Clear all
          </Link>
        )}
      </div>
      <LongList<Finding>
        what="Findings"
        answer={answer}
        idOf={({ id }) => id}
        rowHeight={62}
        empty={
          <Empty title={isFiltered ? 'Nothing matches these filters' : 'Nothing to mend'}>
            <p>
              {isFiltered
                ? 'Take a filter away to see more.'
                : 'Every record that was checked keeps every rule. New findings appear after the next sync.'}
            </p>
          </Empty>
        }
        columns={[
          {
            head: 'What is wrong',
            width: 'minmax(0, 2fr)',
            cell: (row) => (
              <>
                <Link to="/findings" search={{ ...search, rule: row.ruleId }} className="strong">
                  {row.title ?? words(row.ruleId)}
                </Link>
                <div className="small">{row.advice}</div>
              </>
            ),
          },
          { head: 'Record', width: 'minmax(0, 1.3fr)', cell: (row) => <RecordCell row={row} /> },
          {
            head: 'Owner',
            width: 'minmax(0, 0.8fr)',
            cell: (row) => row.ownerName ?? <span className="mono small">{row.ownerId}</span>,
          },
          {
            head: 'Severity',
            width: '76px',
            cell: (row) => (
              <span className={row.severity === 'critical' ? 'tag bad' : 'tag warn'}>
                {row.severity === 'critical' ? 'critical' : 'warning'}
              </span>
            ),
          },
          { head: 'Amount', width: '66px', isNumber: true, cell: (row) => money(row.amount) },
          {
            head: 'Since',
            width: '104px',
            isNumber: true,
            cell: (row) => (
              <span className="dim">{row.closedAt === null ? ago(row.openedAt) : `mended ${ago(row.closedAt)}`}</span>
            ),
          },
          { head: 'Waive', width: '62px', cell: (row) => <Waive row={row} /> },
        ]}
      />
    </Page>
  );
}

function RecordCell({ row }: { row: Finding }) {
  const name = row.recordName ?? row.recordId;
  return (
    <>
      {row.url === null ? (
        name
      ) : (
        <a href={row.url} target="_blank" rel="noreferrer" title="Open it in Salesforce">
          {name}
        </a>
      )}
      <div className="small dim">
        {row.object} {row.recordName !== null && <span className="mono">{row.recordId}</span>}
      </div>
    </>
  );
}

/** Those who own most of what is found, with how much it is. */
function OwnerFilter({ search, onChange }: { search: { ownerId?: string }; onChange: (value: string) => void }) {
  const { ownerId: _, sort: __, ...others } = search as Record<string, string>;
  const answer = useQuery(findingCounts({ by: 'owner', ...others }));
  const options = (answer.data?.data ?? []).flatMap((one) =>
    one.value === null ? [] : [[one.value, `${one.name ?? one.value} (${count(one.count)})`] as const],
  );
  return <Filter label="Owner" value={search.ownerId} options={options} onChange={onChange} />;
}

/** It is right as it is: the finding goes, with the reason kept. */
function Waive({ row }: { row: Finding }) {
  const queries = useQueryClient();
  const say = useToast();
  const may = useMay('reviews:write');
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const waive = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/waivers', { body: { findingId: row.id, reason } })),
    onSuccess: () => {
      setOpen(false);
      say('Waived: it counts no more from the next sync on.');
      void queries.invalidateQueries({ queryKey: ['/v1/findings'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (row.state === 'waived') return <span className="tag">waived</span>;
  if (!may || row.state !== 'open') return null;
  return (
    <>
      <button
        type="button"
        className="button link"
        onClick={() => setOpen(true)}
        aria-label={`Waive: ${row.title ?? row.ruleId}`}
      >
        Waive
      </button>
      <Dialog title="Is this right as it is?" isOpen={isOpen} onClose={() => setOpen(false)}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            waive.mutate();
          }}
        >
          <p>
            {row.title}: {row.recordName ?? row.recordId}. A waived finding counts no more, and stays in the list of
            waivers with your name.
          </p>
          <label className="field">
            Why
            <input
              className="input"
              required
              autoFocus
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          <div className="actions">
            <button type="button" className="button quiet" onClick={() => setOpen(false)}>
              Back
            </button>
            <button type="submit" className="button first" disabled={waive.isPending || reason.trim() === ''}>
              Waive it
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
