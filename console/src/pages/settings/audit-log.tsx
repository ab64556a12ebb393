/** Audit: who changed what, and when? Every change there was, filtered in the address, and as a file. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { listOf } from '../../api/queries.ts';
import { ExportFile } from '../../components/export-file.tsx';
import { Filter } from '../../components/filter.tsx';
import { when, words } from '../../components/format.ts';
import { LongList } from '../../components/long-list.tsx';
import { Page } from '../../components/page.tsx';
import { Empty } from '../../components/state.tsx';
import { TextFilter } from '../../components/text-filter.tsx';
import { deed } from '../../components/vocabulary.ts';

type Entry = Shape<'AuditEntry'>;
const route = getRouteApi('/settings/audit');

/** Each kind there is: one that is missing here does not compile. */
const known = {
  sync: true,
  schedule: true,
  connection: true,
  key: true,
  person: true,
  session: true,
  review: true,
  golden: true,
  'model-change': true,
  incident: true,
  delivery: true,
  rule: true,
  backtest: true,
  waiver: true,
  finding: true,
  input: true,
  lookup: true,
  'list-check': true,
  question: true,
  forgetting: true,
} satisfies Record<Entry['kind'], true>;
const kinds = Object.keys(known);

export function AuditLog() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(listOf('/v1/audit', search as object));
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  return (
    <Page
      title="Who changed what"
      sub="Every change that a person, a key, a schedule or Assay itself made, the newest first."
      actions={
        <>
          <Link to="/settings" className="button">
            Settings
          </Link>
          <ExportFile path="/v1/audit" filters={search} />
        </>
      }
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter
          label="What"
          value={search.kind}
          options={kinds.map((kind) => [kind, words(kind)] as const)}
          onChange={set('kind')}
        />
        <TextFilter label="Who" placeholder="Id of a person or key" value={search.actor} onChange={set('actor')} />
      </div>
      <LongList<Entry>
        what="Changes"
        answer={answer}
        idOf={({ id }) => id}
        empty={
          <Empty title="Nobody changed anything like this">
            <p>Take a filter away to see more.</p>
          </Empty>
        }
        columns={[
          {
            head: 'When',
            width: '170px',
            cell: (row) => (
              <>
                {when(row.at)}
                {row.address !== null && (
                  <div className="small dim" title={`Request ${row.requestId}`}>
                    from {row.address}
                  </div>
                )}
              </>
            ),
          },
          {
            head: 'Who',
            width: 'minmax(0, 1fr)',
            cell: (row) => (
              <Link
                to="/settings/audit"
                search={(before) => ({ ...before, actor: row.actor.id })}
                className="strong plain-link"
              >
                {row.actor.name ?? row.actor.id}
              </Link>
            ),
          },
          {
            head: 'Did',
            width: 'minmax(0, 1.2fr)',
            cell: (row) => (
              <>
                {deed(row)}
                {row.fields.length > 0 && <div className="small dim">{row.fields.join(', ')}</div>}
              </>
            ),
          },
          {
            head: 'To',
            width: 'minmax(0, 1.4fr)',
            cell: (row) => <Subject of={row} />,
          },
        ]}
      />
    </Page>
  );
}

/** What was changed: by its name where it has one, and where it has a page as a link there. */
function Subject({ of: { kind, subjectId, subjectName } }: { of: Entry }) {
  // Who signed in says it all.
  if (kind === 'session') return null;
  const text = <span className="mono small">{subjectId}</span>;
  switch (kind) {
    case 'sync':
      return (
        <Link to="/runs/$id" params={{ id: subjectId }}>
          {text}
        </Link>
      );
    case 'rule':
      return (
        <Link to="/rules/$ruleId" params={{ ruleId: subjectId }}>
          {text}
        </Link>
      );
    case 'golden':
      return (
        <Link to="/duplicates/$goldenId" params={{ goldenId: subjectId }}>
          {text}
        </Link>
      );
    case 'incident':
      return (
        <Link to="/incidents/$incidentId" params={{ incidentId: subjectId }}>
          {text}
        </Link>
      );
    default:
      return (
        <>
          {subjectName !== null && <div>{subjectName}</div>}
          {text}
        </>
      );
  }
}
