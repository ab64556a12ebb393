/** An assessment into the sentences that a report, a run and a line of the command say. */
import type { Assessment, EstimatedShare } from '../../model/assessment.ts';

/** Below it somebody is warned: nobody should take such groups as they are. */
const lowPrecision = 0.9;
const lowRecall = 0.8;

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const between = ({ estimate, low, high }: EstimatedShare): string =>
  `about ${percent(estimate)} (between ${percent(low)} and ${percent(high)})`;

/** One sentence, always. */
export function assessmentWords({ precision, recall, cannotTell }: Assessment): string {
  return cannotTell === null
    ? `Estimated without labels: ${between(precision)} of the pairs in groups are right, ${between(recall)} of the true pairs are in groups.`
    : `How good the groups are cannot be told, because ${cannotTell}.`;
}

/** @param lacking columns that would help, in the user's words */
export function assessmentWarnings(
  { precision, recall, weakestField }: Assessment,
  lacking: readonly string[],
): string[] {
  if (precision === null || recall === null) return [];
  const help =
    lacking.length > 0
      ? `A column of this kind would help: ${lacking.join(', ')}.`
      : 'No further column is known that would help.';
  const found: string[] = [];
  if (precision.estimate < lowPrecision)
    found.push(
      `Only ${between(precision)} of the pairs in groups are right, by an estimate without labels: ` +
        `${(weakestField ?? '').replaceAll('_', ' ')} speaks against the others. Check groups before you use them. ${help}`,
    );
  if (recall.estimate < lowRecall)
    found.push(
      `Only ${between(recall)} of the true pairs are in groups, by an estimate without labels: what is filled tells too little ` +
        `of the others. ${help}`,
    );
  return found;
}
