/** Findings: what should whom mend? */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { ago, money, words } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { Filter } from '../components/filter.tsx';
import { Empty } from '../components/state.tsx';

type Finding = Shape<'Finding'>;
const route = getRouteApi('/findings');

const objects = ['Account', 'Contact', 'Lead', 'Opportunity'].map((name) => [name, name] as const);
const severities = [
  ['critical', 'Critical'],
  ['warn', 'Warning'],
] as const;
const dimensions = ['completeness', 'uniqueness', 'timeliness', 'validity', 'consistency'].map(
  (name) => [name, words(name)] as const,
);
const states = [
  ['open', 'Open'],
  ['closed', 'Mended'],
  ['all', 'Open and mended'],
] as const;

export function Findings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  // The address is what a person may type; the API says what is wrong with it.
  const answer = useInfiniteQuery(listOf('/v1/findings', search as object));
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page
      title="Findings"
      sub="Records that break a rule, and what to do about each. A finding closes by itself when the record is mended in Salesforce."
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter label="Object" value={search.object} options={objects} onChange={set('object')} />
        <Filter label="Severity" value={search.severity} options={severities} onChange={set('severity')} />
        <Filter label="What is wrong" value={search.dimension} options={dimensions} onChange={set('dimension')} />
        <Filter label="State" value={search.state ?? 'open'} options={states} onChange={set('state')} isRequired />
        {search.rule !== undefined && (
          <button type="button" className="button" onClick={() => set('rule')('')}>
            Rule: {words(search.rule)} ✕
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
            width: 'minmax(0, 2.2fr)',
            cell: (row) => (
              <>
                <Link to="/findings" search={{ ...search, rule: row.ruleId }} className="strong">
                  {row.title ?? words(row.ruleId)}
                </Link>
                <div className="small">{row.advice}</div>
              </>
            ),
          },
          {
            head: 'Record',
            width: 'minmax(0, 1.2fr)',
            cell: (row) => (
              <>
                {row.object}
                <div className="small mono">{row.recordId}</div>
              </>
            ),
          },
          {
            head: 'Severity',
            width: '90px',
            cell: (row) => (
              <span className={row.severity === 'critical' ? 'tag bad' : 'tag warn'}>
                {row.severity === 'critical' ? 'critical' : 'warning'}
              </span>
            ),
          },
          { head: 'Amount', width: '90px', isNumber: true, cell: (row) => money(row.amount) },
          {
            head: 'Since',
            width: '110px',
            isNumber: true,
            cell: (row) => (
              <span className="dim">{row.closedAt === null ? ago(row.openedAt) : `mended ${ago(row.closedAt)}`}</span>
            ),
          },
        ]}
      />
    </Page>
  );
}
