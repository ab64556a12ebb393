/** What a back-test found: which findings would open and close, and what becomes of the score. */
import { useQuery } from '@tanstack/react-query';
import { backtestById } from '../../api/queries.ts';
import { count, plural, score, signed } from '../../components/format.ts';
import { Failure, Waiting } from '../../components/state.tsx';

export function Outcome({ testId }: { testId: string | null }) {
  const answer = useQuery(backtestById(testId));
  if (testId === null) return null;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const test = answer.data;
  if (test?.state === 'failed') return <p className="down">The back-test failed: {test.fault}</p>;
  if (!test?.result) return <Waiting what="The back-test" lines={3} />;
  const { openedCount, closedCount, objectScore, rule, opened, names } = test.result;
  const moved =
    objectScore.before === null || objectScore.after === null ? null : 100 * (objectScore.after - objectScore.before);
  return (
    <div className="notice info" role="status">
      <div>
        <strong>
          {plural(openedCount, 'finding')} would open, {count(closedCount)} would close.
        </strong>
        <p>
          Broken by {count(rule.after.violatedCount)} of {count(rule.after.applicableCount)},{' '}
          {count(rule.before.violatedCount)} of {count(rule.before.applicableCount)} now. The score goes from{' '}
          {score(objectScore.before)} to {score(objectScore.after)}
          {moved !== null && ` (${signed(moved)})`}; no incident opens for it, since a change of rules is no fall.
        </p>
        {opened.length > 0 && (
          <p>
            Such as{' '}
            {opened
              .slice(0, 5)
              .map((id) => names[id] ?? id)
              .join(', ')}
            .
          </p>
        )}
      </div>
    </div>
  );
}
