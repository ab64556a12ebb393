/** A series over time with its scale, and a mark where the way of measuring changed; each point is in a table for reading aloud. */
import { day, time } from '../components/format.ts';
import { useWidth } from './use-width.ts';

type Point = { at: string; value: number | null; mark: string | null };
type LineChartProps = { points: Point[]; label: string };

const [height, left, right, top, foot] = [170, 40, 12, 12, 24];
const leastSpan = 4;

export function LineChart({ points, label }: LineChartProps) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (known.length === 0) return <p className="small">Not measured yet.</p>;
  const middle = (Math.min(...known) + Math.max(...known)) / 2;
  const half = Math.max(leastSpan, Math.max(...known) - Math.min(...known)) / 2 + 0.5;
  const [low, high] = [Math.max(0, middle - half), Math.min(100, middle + half)];
  const x = (at: number) => left + (points.length === 1 ? 0.5 : at / (points.length - 1)) * (width - left - right);
  const y = (value: number) => top + (1 - (value - low) / (high - low)) * (height - top - foot);
  const path = points.reduce<string>(
    (line, { value }, at) =>
      value === null
        ? line
        : `${line}${line === '' || points[at - 1]?.value == null ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)} `,
    '',
  );
  // Two syncs of one day have one date.
  const [first, last] = [points[0]?.at, points.at(-1)?.at];
  const isOneDay = day(first) === day(last);
  const begin = isOneDay && points.length > 1 ? `${day(first)}, ${time(first)}` : day(first);
  const levels = [low, (low + high) / 2, high];
  return (
    <div ref={box} className="chart">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        {levels.map((level) => (
          <g key={level}>
            <line x1={left} x2={width - right} y1={y(level)} y2={y(level)} stroke="var(--line)" />
            <text x={left - 8} y={y(level) + 4} textAnchor="end">
              {level.toFixed(1)}
            </text>
          </g>
        ))}
        {points.map(({ mark, at }, place) =>
          mark === null ? null : (
            <line
              key={at}
              x1={x(place)}
              x2={x(place)}
              y1={top}
              y2={height - foot}
              stroke="var(--gold)"
              strokeDasharray="3 3"
            >
              <title>{mark}</title>
            </line>
          ),
        )}
        <path d={path} fill="none" stroke="var(--clean)" strokeWidth="1.8" strokeLinejoin="round" />
        {points.map(({ value, at }, place) =>
          value === null || (points.length > 30 && place < points.length - 1) ? null : (
            <circle key={at} cx={x(place)} cy={y(value)} r="2.6" fill="var(--clean)" />
          ),
        )}
        <text x={left} y={height - 6}>
          {begin}
        </text>
        {points.length > 1 && (
          <text x={width - right} y={height - 6} textAnchor="end">
            {isOneDay ? time(last) : day(last)}
          </text>
        )}
      </svg>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <tbody>
          {points.map(({ at, value, mark }) => (
            <tr key={at}>
              <th scope="row">{at}</th>
              <td>{value === null ? 'not measured' : value.toFixed(1)}</td>
              <td>{mark ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
