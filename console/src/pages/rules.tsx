/** Rules: what is checked, how strictly, and what did each find? */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rules } from '../api/queries.ts';
import { count, percent, words } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { ScrollX } from '../components/scroll-x.tsx';

export function Rules() {
  const answer = useQuery(rules);
  if (answer.isPending) return <Waiting what="Rules" lines={10} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const byObject = Map.groupBy(answer.data.data, ({ object }) => object);
  return (
    <Page
      title="Rules"
      sub="What Assay checks. Try a change before you save it: the back-test shows which findings would open and close."
    >
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
                        <Link to="/rules/$ruleId" params={{ ruleId: rule.id }} className="strong">
                          {rule.title}
                        </Link>{' '}
                        {!rule.isOn && <span className="tag">off</span>}{' '}
                        {rule.origin === 'form' && <span className="tag info">your own</span>}
                      </td>
                      <td>{words(rule.dimension)}</td>
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
