/** A fall of scores becomes the notice about it: counts, causes, what to do, and links; never a name or address of a person. */
import type { Notice, Span } from '../../model/notice.ts';
import type { Described, IncidentCause } from './describe.ts';
import type { Drop } from './judge.ts';

export type Fall = Described & {
  /** again: it is open, and another fall came on top. */
  state: 'open' | 'again' | 'resolved';
  runId: string;
  drops: (Drop & { /** No rule it was measured by is left. */ isGone?: boolean })[];
  /** Of `again`: what fell on top, whose objects come first; the others are down from before. */
  news: readonly Drop[];
};

/** Causes shown for each object; the rest is in the API. */
const causeLimit = 3;
const points = (score: number) => (score * 100).toFixed(1).replace(/\.0$/, '');

export function fallNotice(fall: Fall): Notice {
  const isOver = fall.state === 'resolved';
  const isAgain = fall.state === 'again';
  const { orgName: org, sampleIds, runId } = fall;
  const isBefore = (drop: Drop) => {
    const own = fall.news.filter(({ object }) => object === drop.object);
    return isAgain && (own.length === 0 || (own.every(({ rule }) => rule) && !own.includes(drop)));
  };
  const ordered = fall.drops.toSorted((a, b) => Number(isBefore(a)) - Number(isBefore(b)));
  const objects = [...Map.groupBy(ordered, (drop) => drop.object)].map(([object, drops]) => {
    const lines = drops.map((drop) =>
      drop.rule
        ? `${drop.rule.title}: ${share(drop, isOver, isBefore(drop))}`
        : `${object} ${drop.dimension ?? 'score'} ${change(drop, isOver, isBefore(drop))}`,
    );
    const isOfFirst = ({ ruleId, isAlone }: IncidentCause) => Boolean(isAlone) && ruleId === drops[0]!.rule?.id;
    const causes = fall.causes
      .filter((cause) => !isOver && cause.object === object && cause.contribution > 0)
      .toSorted((a, b) => Number(isOfFirst(b)) - Number(isOfFirst(a)))
      .slice(0, causeLimit);
    return { lines, causes, isBefore: isBefore(drops[0]!) };
  });
  const sentences = objects.map(({ lines, causes: [first], isBefore: isKnown }) => {
    const why =
      first && !isKnown
        ? ` Cause: ${first.isAlone ? '' : `${first.title}, `}${counts(first)}${writerOf(first)}. Fix: ${first.advice}`
        : '';
    return `${lines[0]}.${why}`;
  });
  const sections = objects.map(({ lines: [headline, ...lines], causes }) => ({
    heading: headline!,
    lines: [...lines.map((line) => [line]), ...causes.flatMap((cause) => causeLines(fall, cause))],
  }));
  const samples =
    isOver || sampleIds.length === 0 ? [] : [{ heading: 'Examples', lines: sampleIds.map((id) => [link(fall, id)]) }];
  const grouped = objects.length > 1 ? ` · ${objects.length} objects in one message` : '';
  return {
    tone: isOver ? 'good' : 'alert',
    title: isOver ? `${org}: resolved` : `${org}: data quality fell${isAgain ? ' further' : ''}`,
    summary: `${org}: ${isOver ? 'resolved. ' : isAgain ? 'another fall. ' : ''}${sentences.join(' ')}`,
    sections: [...sections, ...samples],
    footnote: `Sync ${runId}${grouped}`,
  };
}

/** The program that wrote most of what came in. */
function writerOf({ parts: [first] }: IncidentCause): string {
  return first?.userName ? `, ${verbOf(first)} by ${first.userName}` : '';
}

const verbOf = ({ records }: Pick<IncidentCause['parts'][number], 'records'>) =>
  records === 'new' ? 'created' : 'edited';

function causeLines(fall: Fall, cause: IncidentCause): Span[][] {
  const newCount = cause.parts
    .slice(0, -1)
    .reduce((sum, one) => sum + (one.records === 'new' ? one.recordCount : 0), 0);
  const cost = cause.isAlone ? '' : `, ${points(cause.contribution)} points`;
  const line: Span[] = [`• ${cause.title}: ${counts(cause)}${cost}`];
  if (newCount > 0) line.push(`; ${newCount} of them new records`);
  const [writer] = cause.parts.slice(0, -1).filter(({ userId }) => userId !== null);
  const came = cause.parts.slice(0, -1).reduce((sum, { recordCount }) => sum + recordCount, 0);
  // A user who wrote less than half of them explains nothing.
  if (writer && writer.recordCount * 2 >= came) {
    line.push(`${newCount > 0 ? ', ' : '; '}${writer.recordCount} ${verbOf(writer)} by `);
    line.push(link(fall, writer.userId!, writer.userName ?? undefined));
  }
  const common: Span[][] = cause.common.map(({ column, value, recordCount }) => [
    `    ${recordCount} of them have ${column.replaceAll('_', ' ')} `,
    isId(value) ? link(fall, value) : value,
  ]);
  return [line, ...common, [`    Fix: ${cause.advice}`]];
}

const isId = (value: string) => /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(value) && /\d/.test(value);

function counts({ violatedCount, addedCount }: IncidentCause): string {
  const added = Math.round(addedCount);
  if (added === 0) return `${violatedCount} records`;
  return `${Math.abs(added)} ${added > 0 ? 'more' : 'fewer'} records (${violatedCount} in all)`;
}

const link = ({ instanceUrl }: Fall, id: string, text = id): Span => ({
  text,
  url: instanceUrl === null ? null : `${instanceUrl}/${id}`,
});

/** Of the records that a rule is asked of, the share that breaks it. */
function share(
  { baseline, score, reason, isGone, nightCount }: Fall['drops'][number],
  isOver: boolean,
  isBefore: boolean,
) {
  const now = `${points(1 - score)} %`;
  if (isGone) return 'measured otherwise since';
  if (isOver || baseline === null) return `back at ${now}`;
  const from = `from ${points(1 - baseline)} % to ${now}`;
  const slowly = reason === 'drift' ? ` slowly${nightCount === null ? '' : `, in ${nightCount} nights`}` : '';
  return `${isBefore ? 'still ' : ''}up ${from}${slowly}`;
}

function change(
  { baseline, score, reason, isGone, nightCount }: Fall['drops'][number],
  isOver: boolean,
  isBefore: boolean,
): string {
  if (isGone) return `is ${points(score)}, by other rules since`;
  if (isOver) return `is back at ${points(score)}`;
  const floor = reason === 'floor' ? ', below the floor' : '';
  if (baseline === null) return `is ${points(score)}${floor}`;
  if (isBefore) return `is still down from ${points(baseline)} to ${points(score)}${floor}`;
  const fell = `fell ${reason === 'drift' ? 'slowly ' : ''}from ${points(baseline)} to ${points(score)}`;
  return `${fell}${reason === 'drift' && nightCount !== null ? ` in ${nightCount} nights` : ''}${floor}`;
}
