/** What the list of findings is filtered and sorted by; all of it is in the address. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findingCounts, scores } from '../../api/queries.ts';
import { Filter } from '../../components/filter.tsx';
import { count, words } from '../../components/format.ts';
import { TextFilter } from '../../components/text-filter.tsx';
import { dimensionNames } from '../../components/vocabulary.ts';

export type FindingSearch = {
  object?: string;
  rule?: string;
  severity?: string;
  stale?: string;
  state?: string;
  ownerId?: string;
  assigneeId?: string;
  workState?: string;
  dimension?: string;
  recordId?: string;
  sort?: string;
  group?: string;
};

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
const works = [
  ['new', 'Not begun'],
  ['in-progress', 'In progress'],
  ['blocked', 'Blocked'],
] as const;
const sorts = [
  ['amount', 'Most money first'],
  ['newest', 'Newest first'],
  ['oldest', 'Oldest first'],
] as const;

type FiltersProps = {
  search: FindingSearch;
  onChange: (name: keyof FindingSearch) => (value: string) => void;
  isFiltered: boolean;
};

export function FindingFilters({ search, onChange, isFiltered }: FiltersProps) {
  const known = useQuery(scores).data?.data ?? [];
  const names = new Set([
    ...known.map(({ object }) => object),
    ...(search.object === undefined ? [] : [search.object]),
  ]);
  const objects = [...names].toSorted().map((name) => [name, name] as const);
  return (
    <div className="filters" role="group" aria-label="Filters">
      <Filter label="Object" value={search.object} options={objects} onChange={onChange('object')} />
      <OwnerFilter search={search} onChange={onChange('ownerId')} />
      <Filter label="Severity" value={search.severity} options={severities} onChange={onChange('severity')} />
      <Filter label="What is wrong" value={search.dimension} options={dimensions} onChange={onChange('dimension')} />
      <Filter label="State" value={search.state ?? 'open'} options={states} onChange={onChange('state')} isRequired />
      <Filter label="Work" value={search.workState} options={works} onChange={onChange('workState')} />
      <TextFilter
        label="Record"
        placeholder="Salesforce id"
        value={search.recordId}
        onChange={onChange('recordId')}
        pattern={/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/}
      />
      <Filter label="Order" value={search.sort ?? 'amount'} options={sorts} onChange={onChange('sort')} isRequired />
      {search.rule !== undefined && (
        <button type="button" className="button" onClick={() => onChange('rule')('')}>
          Rule: {words(search.rule)} <span aria-label="take away">✕</span>
        </button>
      )}
      {isFiltered && (
        <Link
          to="/findings"
          search={search.group === undefined ? {} : { group: search.group }}
          className="button quiet"
        >
          Clear all
        </Link>
      )}
    </div>
  );
}

/** Those who own most of what is found, with how much it is. */
function OwnerFilter({ search, onChange }: { search: FindingSearch; onChange: (value: string) => void }) {
  const { ownerId: _, sort: __, group: ___, ...others } = search;
  const answer = useQuery(findingCounts({ by: 'owner', ...(others as object) }));
  const options = (answer.data?.data ?? []).flatMap((one) =>
    one.value === null ? [] : [[one.value, `${one.name ?? one.value} (${count(one.count)})`] as const],
  );
  return <Filter label="Owner" value={search.ownerId} options={options} onChange={onChange} />;
}
