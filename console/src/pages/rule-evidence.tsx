/** Does the rule earn its place: what came of the records that it marked, and a threshold that would tell more. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client, dataOf, type Shape } from '../api/client.ts';
import { count, day, percent, words } from '../components/format.ts';
import { Card } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';

type Evidence = Shape<'RuleEvidence'>;
type Share = Evidence['judged']['flagged'];
type Taken = { name: string; value: number };

/** The whole history is asked, so it is kept for as long as the page is looked at. */
const ruleEvidence = (ruleId: string) =>
  queryOptions({
    queryKey: ['/v1/rules', ruleId, 'evidence'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/rules/{ruleId}/evidence', { params: { path: { ruleId } }, signal })),
    staleTime: 600_000,
  });

const verdicts: Record<Evidence['verdict'], string> = {
  predicts: 'It tells what comes after',
  'predicts-nothing': 'It tells nothing of what comes after',
  'too-few': 'Too few records to tell',
  'not-knowable': 'Nobody can tell',
};

export function RuleEvidenceCard({ ruleId, onTake }: { ruleId: string; onTake: ((taken: Taken) => void) | null }) {
  const answer = useQuery(ruleEvidence(ruleId));
  return (
    <Card title="Does it earn its place?">
      {answer.isPending && <Waiting what="What came after" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && <Verdict evidence={answer.data} onTake={onTake} />}
    </Card>
  );
}

function Verdict({ evidence, onTake }: { evidence: Evidence; onTake: ((taken: Taken) => void) | null }) {
  const { verdict, reason, outcome, judged, adjustedChance, splitAt, handled, parameter, suggested, current } =
    evidence;
  const better = evidence.thresholds.find(({ value }) => value === suggested);
  return (
    <>
      <p className="strong">{verdicts[verdict]}.</p>
      {reason !== null && <p className="small">{reason}</p>}
      {outcome !== null && judged.flagged.count + judged.kept.count > 0 && (
        <p className="small">
          {splitAt !== null && `Since ${day(splitAt)}: `}
          {sharesText(outcome, judged)}
          {adjustedChance !== null && ` Chance of such a difference if it told nothing: ${percent(adjustedChance)}.`}
        </p>
      )}
      {better && parameter !== null && suggested !== null && (
        <div className="notice info">
          <div>
            <strong>
              {count(suggested)} instead of {count(current)} would tell more.
            </strong>
            <p>{sharesText(outcome ?? '', better.judged)}</p>
            {onTake && (
              <button type="button" className="button" onClick={() => onTake({ name: parameter, value: suggested })}>
                Put {count(suggested)} into the settings
              </button>
            )}
          </div>
        </div>
      )}
      <p className="small dim">
        {handled.findingCount === 0
          ? 'No finding of it is older than 30 days.'
          : `Of ${count(handled.findingCount)} findings older than 30 days ${count(handled.fixedCount)} were fixed, ${count(handled.waivedCount)} waived, ${count(handled.openCount)} are open.`}
      </p>
    </>
  );
}

const sharesText = (outcome: string, { flagged, kept }: Evidence['judged']): string =>
  `${words(outcome)}: ${shareText(flagged)} that it marks, ${shareText(kept)} that it does not.`;

const shareText = ({ count: all, rate, low, high }: Share): string =>
  `${percent(rate)} of ${count(all)} (95 %: ${percent(low)} to ${percent(high)})`;
