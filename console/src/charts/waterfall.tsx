/** The way from one number to another, step by step; each step has its number in words too, and may lead somewhere. */
import { useWidth } from './use-width.ts';

export type Step = { label: string; from: number; to: number; isTotal?: boolean };

type WaterfallProps = { steps: Step[]; format: (value: number) => string; label: string };

const [height, top, foot] = [196, 22, 34];
const leastSlot = 62;
/** A label that is wider than this many pixels a letter is broken in two lines. */
const letter = 6.2;

export function Waterfall({ steps, format, label }: WaterfallProps) {
  const [box, room] = useWidth<HTMLDivElement>(520);
  // On a phone many steps are wider than the page, and scroll.
  const width = Math.max(room, steps.length * leastSlot);
  const all = steps.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...all), Math.max(1e-9, ...all)];
  const y = (value: number) => top + (1 - (value - low) / (high - low)) * (height - top - foot);
  const slot = width / steps.length;
  const bar = Math.min(96, slot * 0.72);
  const words = steps.map((one) => `${one.label} ${text(one, format)}`).join(', ');
  return (
    // What scrolls has to take the focus (WCAG 2.1.1); what does not must not.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className="chart" {...(width > room ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${label}: ${words}`}
      >
        {steps.map((step, at) => {
          const x = at * slot + (slot - bar) / 2;
          const [lower, upper] = [Math.max(step.from, step.to), Math.min(step.from, step.to)];
          return (
            <g key={`${step.label} ${at}`}>
              <rect
                x={x}
                y={y(lower)}
                width={bar}
                height={Math.max(1.5, y(upper) - y(lower))}
                rx="2"
                fill={colourOf(step, at)}
              />
              {at < steps.length - 1 && (
                <line x1={x + bar} x2={x + slot} y1={y(step.to)} y2={y(step.to)} stroke="var(--line-2)" />
              )}
              <text className="strong" x={x + bar / 2} y={y(lower) - 6} textAnchor="middle">
                {text(step, format)}
              </text>
              {linesOf(step.label, slot / letter).map((line, row) => (
                <text key={line} x={x + bar / 2} y={height - foot + 15 + 13 * row} textAnchor="middle">
                  {line}
                </text>
              ))}
            </g>
          );
        })}
        {low < 0 && <line x1="0" x2={width} y1={y(0)} y2={y(0)} stroke="var(--line-2)" />}
      </svg>
    </div>
  );
}

/** At most two lines of as many letters. */
function linesOf(label: string, letters: number): string[] {
  const at = label.indexOf(' ');
  return label.length <= letters || at < 0 ? [label] : [label.slice(0, at), label.slice(at + 1)];
}

function colourOf({ from, to, isTotal }: Step, at: number): string {
  if (isTotal === true) return at === 0 ? 'var(--raw)' : 'var(--clean)';
  return to < from ? 'var(--bad)' : 'var(--good)';
}

const text = ({ from, to, isTotal }: Step, format: (value: number) => string) =>
  isTotal === true ? format(to) : to === from ? '0' : `${to < from ? '−' : '+'}${format(Math.abs(to - from))}`;
