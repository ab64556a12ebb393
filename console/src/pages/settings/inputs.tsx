/** Inputs: what numbers need and Salesforce does not hold; what was given of it, by whom, and what rests on it. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { metrics } from '../../api/queries.ts';
import { inputs } from '../../api/settings-queries.ts';
import { count, dash, when } from '../../components/format.ts';
import { Card, Page } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useMay } from '../../session/gate.tsx';
import { inputOf } from '../../components/metric-value.ts';
import { OneInput } from './inputs/one-input.tsx';
import { Resting } from './inputs/resting.tsx';

const route = getRouteApi('/settings/inputs');

export function Inputs() {
  const { name } = route.useSearch();
  const answer = useQuery(inputs);
  const known = useQuery(metrics).data ?? [];
  const may = useMay('config:write');
  const restingOn = (input: string) =>
    known.filter(({ needs }) => needs.some(({ object }) => inputOf(object) === input));
  const all = answer.data?.data ?? [];
  const chosen = all.find((one) => one.name === name) ?? all[0];
  return (
    <Page
      title="Inputs"
      sub="What numbers need and Salesforce does not hold. A number without its input has no value and says so; it is never 0."
      actions={
        <Link to="/settings" className="button">
          Settings
        </Link>
      }
    >
      {answer.isPending && <Waiting what="Inputs" lines={8} />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {chosen && (
        <div className="grid split">
          <div className="stack">
            <Card isFlush>
              <table className="lines">
                <thead>
                  <tr>
                    <th scope="col">Input</th>
                    <th scope="col" className="n">
                      Lines
                    </th>
                    <th scope="col" className="n">
                      Numbers on it
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.name} className={one === chosen ? 'chosen' : undefined}>
                      <td>
                        <Link
                          to="/settings/inputs"
                          search={{ name: one.name }}
                          className="strong plain-link"
                          resetScroll={false}
                          aria-current={one === chosen ? 'true' : undefined}
                        >
                          {one.title}
                        </Link>
                        <div className="small dim">
                          {one.version === 0
                            ? 'never given'
                            : `version ${one.version} by ${one.putBy}, ${when(one.putAt)}`}
                        </div>
                      </td>
                      <td className="n">{one.lineCount === 0 ? dash : count(one.lineCount)}</td>
                      <td className="n">{count(restingOn(one.name).length)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
            <Resting metrics={restingOn(chosen.name)} />
          </div>
          <OneInput input={chosen} may={may} />
        </div>
      )}
    </Page>
  );
}
