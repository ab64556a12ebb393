/** Rules: what is checked, how strictly, and what did each find? */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { rules } from '../api/queries.ts';
import { ExportFile } from '../components/export-file.tsx';
import { Filter } from '../components/filter.tsx';
import { count, percent, when, words } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';
import { TextFilter } from '../components/text-filter.tsx';
import { dimensionNames } from '../components/vocabulary.ts';
import { useMay } from '../session/gate.tsx';

type Rule = Shape<'Rule'>;

const route = getRouteApi('/rules');
const states = [
  ['broken', 'Broken by some'],
  ['on', 'On'],
  ['off', 'Off'],
] as const;
const dimensions = dimensionNames.map((name) => [name, words(name)] as const);

export function Rules() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useQuery(rules);
  const may = useMay('config:write');
  if (answer.isPending) return <Waiting what="Rules" lines={10} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const all = answer.data.data;
  const shown = all.filter((rule) => fits(rule, search));
  const byObject = Map.groupBy(shown, ({ object }) => object);
  const objects = [...new Set(all.map(({ object }) => object))].map((name) => [name, name] as const);
  const checkedAt = all
    .flatMap((rule) => (rule.checkedAt === null ? [] : [rule.checkedAt]))
    .toSorted()
    .at(-1);
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  return (
    <Page
      title="Rules"
      sub={`What Assay checks, last ${when(checkedAt)}. Try a change before you save it: the back-test shows which findings would open and close.`}
      actions={
        <>
          {may && (
            <Link to="/rules/new" className="button">
              Make a rule
            </Link>
          )}
          <ExportFile path="/v1/rules" filters={{ object: search.object }} />
        </>
      }
    >
      <div className="filters" role="group" aria-label="Filters">
        <TextFilter label="Search" placeholder="Words of the rule" value={search.search} onChange={set('search')} />
        <Filter label="Object" value={search.object} options={objects} onChange={set('object')} />
        <Filter label="What it checks" value={search.dimension} options={dimensions} onChange={set('dimension')} />
        <Filter label="State" value={search.state} options={states} onChange={set('state')} />
      </div>
      {shown.length === 0 && (
        <Empty title="No rule is like this">
          <p>Take a filter away to see more.</p>
        </Empty>
      )}
      <div className="stack">
        {[...byObject].map(([object, rows]) => (
          <Card key={object} title={object} isFlush>
            <ScrollX label={`Rules of ${object}`}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">Rule</th>
                    <th scope="col">Dimension</th>
                    <th scope="col">Severity</th>
                    <th scope="col" className="n">
                      Asked of
                    </th>
                    <th scope="col" className="n">
                      Broken by
                    </th>
                    <th scope="col" className="n">
                      Share
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((rule) => (
                    <tr key={rule.id}>
                      <td>
                        <Link to="/rules/$ruleId" params={{ ruleId: rule.id }} className="strong plain-link">
                          {rule.title}
                        </Link>{' '}
                        {!rule.isOn && <span className="tag">off</span>}{' '}
                        {rule.origin === 'form' && <span className="tag info">your own</span>}
                      </td>
                      <td className="nowrap">{words(rule.dimension)}</td>
                      <td>
                        <span className={rule.severity === 'critical' ? 'tag bad' : 'tag warn'}>
                          {rule.severity === 'critical' ? 'critical' : 'warning'}
                        </span>
                      </td>
                      <td className="n">{count(rule.applicableCount)}</td>
                      <td className="n">
                        {rule.violatedCount ? (
                          <Link to="/findings" search={{ rule: rule.id }}>
                            {count(rule.violatedCount)}
                          </Link>
                        ) : (
                          count(rule.violatedCount)
                        )}
                      </td>
                      <td className="n dim">
                        {rule.applicableCount ? percent((rule.violatedCount ?? 0) / rule.applicableCount) : '–'}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollX>
          </Card>
        ))}
      </div>
    </Page>
  );
}

type Search = { search?: string; object?: string; dimension?: string; state?: string };

function fits(rule: Rule, { search, object, dimension, state }: Search): boolean {
  const text = `${rule.id} ${rule.title} ${rule.advice}`.toLowerCase();
  return (
    (search === undefined || text.includes(search.toLowerCase())) &&
    (object === undefined || rule.object === object) &&
    (dimension === undefined || rule.dimension === dimension) &&
    (state !== 'broken' || (rule.violatedCount ?? 0) > 0) &&
    (state !== 'on' || rule.isOn) &&
    (state !== 'off' || !rule.isOn)
  );
}
