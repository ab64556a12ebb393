/** The score of one object: the number, how far below its best, its line of syncs, and each dimension. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { scoreSeries } from '../../api/queries.ts';
import { Trend } from '../../charts/trend.tsx';
import { count, plural, score, signed, when } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { dimensionNames } from '../../components/vocabulary.ts';

type Score = Shape<'Score'>;

/** Below it a bar is marked: the product's own floor is of the whole object, this only guides the eye. */
const lowScore = 0.85;
/** A fall of so much from the best of 28 syncs is drawn as one. */
const fallShown = 0.02;
const [comparedSyncs, leastPoints] = [28, 2];
const shortNames: Record<string, string> = {
  completeness: 'complete',
  uniqueness: 'unique',
  timeliness: 'timely',
  validity: 'valid',
  consistency: 'consistent',
};

export function ScoreCard({ object, rows }: { object: string; rows: Score[] }) {
  const whole = rows.find(({ dimension }) => dimension === null);
  const answer = useQuery(scoreSeries(object));
  const points = answer.data?.data ?? [];
  const known = points.flatMap((point) => (point.score === null ? [] : [point.score]));
  const below = known.length < leastPoints ? null : known.at(-1)! - Math.max(...known.slice(-comparedSyncs - 1));
  const isFalling = below !== null && -below >= fallShown;
  const label = `${object} over ${plural(points.length, 'sync')}: from ${score(known[0])} to ${score(known.at(-1))}`;
  return (
    <Card
      title={object}
      aside={
        below !== null && (
          <span className="small" title={`Against the best of the last ${comparedSyncs} syncs`}>
            <strong className={isFalling ? 'down' : undefined}>{-below < 0.0005 ? '±0' : signed(100 * below)}</strong>{' '}
            to the best of {Math.min(comparedSyncs, known.length)}
          </span>
        )
      }
    >
      <div className="score" title={`Measured ${when(whole?.measuredAt)}`}>
        <Link to="/scores" search={{ object }} aria-label={`Scores of ${object}: ${score(whole?.score)}`}>
          <strong>{score(whole?.score)}</strong>
        </Link>
        <span className="small dim">{plural(whole?.recordCount ?? 0, 'record')}</span>
      </div>
      {answer.isSuccess ? (
        <Trend values={points.map((point) => point.score)} label={label} isFalling={isFalling} />
      ) : (
        <div className="trend-place" />
      )}
      <dl className="dims">
        {dimensionNames.map((name) => (
          <Dimension key={name} object={object} name={name} row={rows.find(({ dimension }) => dimension === name)} />
        ))}
      </dl>
    </Card>
  );
}

function Dimension({ object, name, row }: { object: string; name: string; row: Score | undefined }) {
  const value = row?.score ?? null;
  return (
    <>
      <dt>
        <Link to="/findings" search={{ object, dimension: name }} className="plain-link">
          {shortNames[name] ?? name}
        </Link>
      </dt>
      <dd>
        <span className={value === null ? 'bar unknown' : value < lowScore ? 'bar low' : 'bar'} aria-hidden="true">
          {value !== null && <i style={{ width: `${100 * value}%` }} />}
        </span>
        <span className="n" title={value === null ? 'Not measured' : `${count(row?.applicableCount)} checks`}>
          {value === null ? <span className="dim">not measured</span> : Math.floor(100 * value)}
        </span>
      </dd>
    </>
  );
}
