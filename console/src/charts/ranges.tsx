/** Periods side by side: what was expected of each, between which bounds, and what came; each is in a table for reading aloud. */
import { useWidth } from './use-width.ts';

export type Range = {
  period: string;
  expected: number | null;
  low: number | null;
  high: number | null;
  /** What came of a period that is over, or what is there already of one that is not. */
  came: number | null;
  isOver: boolean;
  isChosen: boolean;
};
/** The oldest are left out where there is no room for all. */
type RangesProps = { ranges: Range[]; label: string; format: (value: number) => string };

const [height, top, foot] = [220, 26, 30];
const narrowest = 56;

export function Ranges({ ranges: all, label, format }: RangesProps) {
  const [box, room] = useWidth<HTMLDivElement>(640);
  const ahead = all.filter(({ isOver }) => !isOver).length;
  const ranges = all.slice(-Math.max(ahead, Math.floor(room / narrowest)));
  const width = Math.max(room, ranges.length * narrowest);
  const most = Math.max(1e-9, ...ranges.flatMap(({ expected, high, came }) => [expected ?? 0, high ?? 0, came ?? 0]));
  const y = (value: number) => top + (1 - Math.max(0, value) / most) * (height - top - foot);
  const slot = width / ranges.length;
  const bar = Math.min(54, slot * 0.6);
  return (
    // What scrolls has to take the focus (WCAG 2.1.1); what does not must not.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className="chart" {...(width > room ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        <line x1="0" x2={width} y1={y(0)} y2={y(0)} stroke="var(--line-2)" />
        {ranges.map((one, at) => (
          <g key={one.period} transform={`translate(${at * slot + slot / 2} 0)`}>
            {one.came !== null && !one.isOver && one.came > 0 && (
              <rect x={-bar / 2} y={y(one.came)} width={bar} height={y(0) - y(one.came)} rx="2" fill="var(--clean)" />
            )}
            {one.low !== null && one.high !== null && (
              <rect
                x={-bar / 2}
                y={y(one.high)}
                width={bar}
                height={Math.max(2, y(one.low) - y(one.high))}
                rx="3"
                fill="var(--gold)"
                fillOpacity={one.isOver ? 0.16 : 0.32}
              />
            )}
            {one.expected !== null && (
              <line
                x1={-bar / 2}
                x2={bar / 2}
                y1={y(one.expected)}
                y2={y(one.expected)}
                stroke={one.isOver ? 'var(--ink-3)' : 'var(--ink)'}
                strokeWidth={one.isOver ? 1.5 : 2.5}
              />
            )}
            {one.came !== null && one.isOver && <circle cy={y(one.came)} r="4.5" fill="var(--clean)" />}
            {!one.isOver && one.expected !== null && (
              <text className="strong" y={y(Math.max(one.expected, one.high ?? 0)) - 8} textAnchor="middle">
                {format(one.expected)}
              </text>
            )}
            <text className={one.isChosen ? 'strong' : undefined} y={height - 10} textAnchor="middle">
              {one.period}
            </text>
          </g>
        ))}
      </svg>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Period</th>
            <th scope="col">Expected</th>
            <th scope="col">Low</th>
            <th scope="col">High</th>
            <th scope="col">Came</th>
          </tr>
        </thead>
        <tbody>
          {ranges.map((one) => (
            <tr key={one.period}>
              <th scope="row">{one.period}</th>
              {[one.expected, one.low, one.high, one.came].map((value, at) => (
                <td key={at}>{value === null ? 'not known' : format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
