/** Findings: what should whom mend? The most money first. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, doneOf, sentenceOf, type Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { ago, day, money, words } from '../components/format.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { ExportFile } from '../components/export-file.tsx';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { useToast } from '../components/toasts.tsx';
import { useMay } from '../session/gate.tsx';
import { type Deed, FindingDialog } from './findings/finding-dialog.tsx';
import { FindingFilters } from './findings/finding-filters.tsx';
import { FindingGroups, groupings } from './findings/finding-groups.tsx';

type Finding = Shape<'Finding'>;
const route = getRouteApi('/findings');

export function Findings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('reviews:write');
  const [act, setAct] = useState<{ row: Finding; deed: Deed } | null>(null);
  const { group, ...asked } = { sort: 'amount', ...search };
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  // The address is what a person may type; the API says what is wrong with it.
  const answer = useInfiniteQuery({ ...listOf('/v1/findings', asked as object), enabled: group === undefined });
  const isFiltered = Object.keys(search).some((name) => name !== 'sort' && name !== 'group');
  return (
    <Page
      title="Findings"
      sub="Records that break a rule, and what to do about each. A finding closes by itself when the record is mended in Salesforce."
      actions={
        <>
          <div className="seg" role="group" aria-label="Show">
            <button type="button" aria-pressed={group === undefined} onClick={() => set('group')('')}>
              Records
            </button>
            {groupings.map(([value, label]) => (
              <button key={value} type="button" aria-pressed={group === value} onClick={() => set('group')(value)}>
                {label}
              </button>
            ))}
          </div>
          <ExportFile path="/v1/findings/export" filters={asked} />
        </>
      }
    >
      <FindingFilters search={search} onChange={set} isFiltered={isFiltered} />
      {group !== undefined ? (
        <FindingGroups by={group} search={search} />
      ) : (
        <LongList<Finding>
          what="Findings"
          answer={answer}
          idOf={({ id }) => id}
          rowHeight={62}
          empty={
            <EmptyList title={isFiltered ? 'Nothing matches these filters' : 'Nothing to fix'}>
              <p>
                {isFiltered
                  ? 'Take a filter away to see more.'
                  : 'Every record that was checked keeps every rule. New findings appear after the next sync.'}
              </p>
            </EmptyList>
          }
          columns={[
            { head: 'Record', width: 'minmax(0, 1.5fr)', cell: (row) => <RecordCell row={row} /> },
            { head: 'What is wrong', width: 'minmax(0, 2fr)', cell: (row) => <WrongCell row={row} search={search} /> },
            { head: 'Owner', width: 'minmax(0, 1fr)', cell: (row) => <OwnerCell row={row} search={search} /> },
            { head: 'Amount', width: '76px', isNumber: true, cell: (row) => money(row.amount) },
            {
              head: 'Since',
              width: '96px',
              isNumber: true,
              cell: (row) => (
                <span className="dim" title={day(row.openedAt)}>
                  {row.closedAt === null ? ago(row.openedAt) : `mended ${ago(row.closedAt)}`}
                </span>
              ),
            },
            {
              head: 'Do',
              width: '104px',
              cell: (row) => <Deeds row={row} may={may} onAct={(deed) => setAct({ row, deed })} />,
            },
          ]}
        />
      )}
      {act !== null && <FindingDialog row={act.row} deed={act.deed} onClose={() => setAct(null)} />}
    </Page>
  );
}

function RecordCell({ row }: { row: Finding }) {
  const name = row.recordName ?? row.recordId;
  return (
    <>
      {row.url === null ? (
        <span className="strong">{name}</span>
      ) : (
        <a href={row.url} target="_blank" rel="noreferrer" title="Open it in Salesforce" className="strong">
          {name}
        </a>
      )}
      <div className="small dim">
        {row.object} {row.recordName !== null && <span className="mono">{row.recordId}</span>}
      </div>
    </>
  );
}

type CellProps = { row: Finding; search: Record<string, string | undefined> };

function WrongCell({ row, search }: CellProps) {
  return (
    <>
      <span className={row.severity === 'critical' ? 'tag bad' : 'tag warn'}>
        {row.severity === 'critical' ? 'critical' : 'warning'}
      </span>{' '}
      <Link to="/findings" search={{ ...search, rule: row.ruleId }} className="plain-link">
        {row.title ?? words(row.ruleId)}
      </Link>
      <div className="small dim">{row.advice}</div>
    </>
  );
}

function OwnerCell({ row, search }: CellProps) {
  if (row.ownerId === null) return <span className="dim">nobody</span>;
  return (
    <>
      <Link to="/findings" search={{ ...search, ownerId: row.ownerId }} className="plain-link">
        {row.ownerName ?? <span className="mono small">{row.ownerId}</span>}
      </Link>
      {(row.assigneeId !== null || row.workState !== 'new') && (
        <div className="small dim">
          {row.workState !== 'new' && `${words(row.workState)} `}
          {row.assigneeId !== null && `with ${row.assigneeName ?? row.assigneeId}`}
        </div>
      )}
    </>
  );
}

function Deeds({ row, may, onAct }: { row: Finding; may: boolean; onAct: (deed: Deed) => void }) {
  if (row.state === 'waived') return <Lift row={row} may={may} />;
  if (!may || row.state !== 'open') return null;
  const what = row.title ?? row.ruleId;
  return (
    <span className="buttons">
      <button type="button" className="button link" onClick={() => onAct('assign')} aria-label={`Assign: ${what}`}>
        Assign
      </button>
      <button type="button" className="button link" onClick={() => onAct('waive')} aria-label={`Waive: ${what}`}>
        Waive
      </button>
    </span>
  );
}

/** A waiver is taken away where it shows. */
function Lift({ row, may }: { row: Finding; may: boolean }) {
  const queries = useQueryClient();
  const say = useToast();
  const { waiverId } = row;
  const lift = useMutation({
    mutationFn: () =>
      doneOf(client.DELETE('/v1/waivers/{waiverId}', { params: { path: { waiverId: waiverId ?? '' } } })),
    onSuccess: () => {
      say('Lifted: it counts again with the next sync.');
      void queries.invalidateQueries({ queryKey: ['/v1/findings'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  return (
    <span className="buttons">
      <span
        className="tag"
        title={row.waivedUntil === null ? 'Until somebody lifts it' : `Until ${day(row.waivedUntil)}`}
      >
        waived
      </span>
      {may && waiverId !== null && (
        <button type="button" className="button link" disabled={lift.isPending} onClick={() => lift.mutate()}>
          Lift
        </button>
      )}
    </span>
  );
}
