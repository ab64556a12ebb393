/** The numbers that rest on an input, and what each of them still lacks. */
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../../api/client.ts';
import { Card } from '../../../components/page.tsx';
import { lacks } from '../../../components/metric-value.ts';

export function Resting({ metrics }: { metrics: Shape<'Metric'>[] }) {
  return (
    <Card title="Numbers that rest on it">
      {metrics.length === 0 ? (
        <p className="small">Numbers have a value without it too: with it they count by your words.</p>
      ) : (
        <ul className="rows">
          {metrics.map((metric) => (
            <li key={metric.name}>
              <Link to="/numbers" search={{ metric: metric.name }}>
                {metric.title}
              </Link>{' '}
              {metric.isMeasurable ? (
                <span className="tag good">measured</span>
              ) : (
                <div className="small dim">{lacks(metric)}</div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
