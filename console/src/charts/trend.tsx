/** A series of scores as one quiet line, with its two ends in words for those who do not see it. */
type TrendProps = {
  values: (number | null)[];
  label: string;
  isFalling?: boolean;
  /** The least that the whole height stands for, so that noise of a hundredth is not blown up to a mountain. */
  leastSpan?: number;
};

const [width, height] = [220, 34];

export function Trend({ values, label, isFalling = false, leastSpan = 0.02 }: TrendProps) {
  const known = values.filter((one) => one !== null);
  if (known.length < 2) return <p className="small dim">One measurement so far; the line begins with the next.</p>;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(high - low, leastSpan) || 1;
  const at = (value: number, index: number) =>
    `${((index / (values.length - 1)) * width).toFixed(1)} ${(2 + (1 - (value - low) / span) * (height - 4)).toFixed(1)}`;
  const path = values.reduce<string>(
    (line, value, index) =>
      value === null ? line : `${line}${line === '' || values[index - 1] === null ? 'M' : 'L'}${at(value, index)} `,
    '',
  );
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path
        d={path}
        fill="none"
        stroke={isFalling ? 'var(--bad)' : 'var(--ink-3)'}
        strokeWidth="1.4"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
