/** The way from one number to another, step by step; each step has its number in words too. */
export type Step = { label: string; from: number; to: number; isTotal?: boolean };

type WaterfallProps = { steps: Step[]; format: (value: number) => string; label: string };

const [width, height, top, foot] = [640, 190, 24, 26];

export function Waterfall({ steps, format, label }: WaterfallProps) {
  const reach = Math.max(1e-9, ...steps.flatMap(({ from, to }) => [from, to]));
  const y = (value: number) => top + (1 - value / reach) * (height - top - foot);
  const slot = width / steps.length;
  const bar = Math.min(96, slot * 0.78);
  const words = steps.map((one) => `${one.label} ${text(one, format)}`).join(', ');
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" role="img" aria-label={`${label}: ${words}`}>
      {steps.map((step, at) => {
        const x = at * slot + (slot - bar) / 2;
        const [high, low] = [Math.max(step.from, step.to), Math.min(step.from, step.to)];
        return (
          <g key={step.label}>
            <rect
              x={x}
              y={y(high)}
              width={bar}
              height={Math.max(1.5, y(low) - y(high))}
              rx="2"
              fill={colourOf(step, at)}
            />
            {at < steps.length - 1 && (
              <line x1={x + bar} x2={x + slot} y1={y(step.to)} y2={y(step.to)} stroke="var(--line-2)" />
            )}
            <text className="strong" x={x + bar / 2} y={y(high) - 7} textAnchor="middle">
              {text(step, format)}
            </text>
            <text x={x + bar / 2} y={height - 8} textAnchor="middle">
              {step.label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function colourOf({ from, to, isTotal }: Step, at: number): string {
  if (isTotal === true) return at === 0 ? 'var(--raw)' : 'var(--clean)';
  return to < from ? 'var(--bad)' : 'var(--good)';
}

const text = ({ from, to, isTotal }: Step, format: (value: number) => string) =>
  isTotal === true ? format(to) : `${to < from ? '−' : '+'}${format(Math.abs(to - from))}`;
