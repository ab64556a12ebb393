/** One period: what each method says of it, and how near each has been so many months ahead. */
import { Link } from '@tanstack/react-router';
import { dash, money, percent, plural } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { gainOver, gainText, type Method, methodNamed, type Period } from './methods.ts';

export function OnePeriod({ period }: { period: Period }) {
  const { shown, methods, wonAmount, periodStart, periodEnd, leadMonths } = period;
  const naive = methods.find(({ method }) => method === 'naive');
  const sorted = methods.toSorted((one, other) => (one.accuracy?.wape ?? 9) - (other.accuracy?.wape ?? 9));
  return (
    <>
      <Card title={period.period}>
        <dl className="verdicts">
          <div>
            <dt>Expected</dt>
            <dd>
              <strong>{money(shown?.amount)}</strong>
              <span className="small">
                {shown === null
                  ? (methods[0]?.reason ?? 'no method has been tried enough')
                  : methodNamed(shown.method).says}
              </span>
            </dd>
          </div>
          <div>
            <dt>Low to high</dt>
            <dd>
              <strong>
                {shown?.low == null || shown.high == null ? dash : `${money(shown.low)} – ${money(shown.high)}`}
              </strong>
              <span className="small">
                {shown?.accuracy?.coverage == null
                  ? 'too few comparisons for bounds'
                  : `${percent(shown.accuracy.coverage, 0)} of ${shown.accuracy.coverageN} came within; four of five is right`}
              </span>
            </dd>
          </div>
          <div>
            <dt>Won already</dt>
            <dd>
              <strong>{money(wonAmount)}</strong>
              <span className="small">part of what is expected</span>
            </dd>
          </div>
        </dl>
        {shown !== null && (
          <p className="small">
            {plural(leadMonths, 'month')} ahead of its end it was off by {percent(shown.accuracy?.wape)} in{' '}
            {plural(shown.accuracy?.n ?? 0, 'trial')}
            {shown.method !== 'naive' && `, ${gainText(gainOver(naive, shown))} than the naive guess`}.{' '}
            {biasText(shown)}{' '}
            <Link to="/pipeline" search={{ closeFrom: periodStart, closeTo: periodEnd }}>
              The deals that are to close in it
            </Link>
          </p>
        )}
      </Card>
      <Card title="What each method says" isFlush>
        <ScrollX label="Methods of the forecast">
          <table className="lines narrow">
            <thead>
              <tr>
                <th scope="col">Method</th>
                <th scope="col" className="n">
                  Amount
                </th>
                <th scope="col" className="n">
                  Was off by
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((one) => (
                <tr key={one.method} className={one.isShown ? 'chosen' : undefined}>
                  <td>
                    <strong>{methodNamed(one.method).name}</strong>{' '}
                    {one.isShown && <span className="tag good">shown</span>}
                    <div className="small">{one.amount === null ? one.reason : methodNamed(one.method).says}</div>
                  </td>
                  <td className="n">
                    {money(one.amount)}
                    {one.low !== null && one.high !== null && (
                      <div className="small dim">
                        {money(one.low)} – {money(one.high)}
                      </div>
                    )}
                  </td>
                  <td className="n">
                    {percent(one.accuracy?.wape)}
                    {one.method !== 'naive' && <div className="small dim">{gainText(gainOver(naive, one))}</div>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </Card>
    </>
  );
}

function biasText({ accuracy }: Method): string {
  if (accuracy?.bias == null) return '';
  const { bias } = accuracy;
  if (Math.abs(bias) < 0.005) return 'Its errors even out.';
  return `On the whole it said ${percent(Math.abs(bias), 0)} too ${bias > 0 ? 'much' : 'little'}.`;
}
