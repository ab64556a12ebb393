/** An incident becomes the Slack message about it: counts, causes, what to do, and links; never a name or address of a person. */
import type { SlackMessage } from '../../model/notifier.ts';
import type { Cause } from './explain.ts';
import type { Drop } from './judge.ts';

export type IncidentCause = Cause & {
  object: string;
  title: string;
  /** The rule's own: what to do in Salesforce. */
  advice: string;
  /** Of the newly violating records: how many are new in Salesforce, and the user who made most of them. */
  origin: {
    newCount: number;
    createdById: string | null;
    /** Of an integration user. */
    createdByName?: string | null;
    createdCount: number;
  } | null;
};

export type IncidentView = {
  /** again: it is open, and another fall came on top. */
  state: 'open' | 'again' | 'resolved';
  runId: string;
  /** Of the connection, as people call it. */
  orgName: string;
  drops: Drop[];
  causes: IncidentCause[];
  /** Salesforce ids of records newly in violation of the first causes. */
  sampleIds: string[];
  /** https://org.my.salesforce.com; without it the ids are not linked. */
  instanceUrl: string | null;
};

/** Causes shown for each object; the rest is in the run. */
const causeLimit = 3;
const points = (score: number) => (score * 100).toFixed(1).replace(/\.0$/, '');
/** As Slack asks for in its markup. */
export const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function incidentMessage(view: IncidentView): SlackMessage {
  const isOver = view.state === 'resolved';
  const isAgain = view.state === 'again';
  const org = escape(view.orgName);
  const objects = [...Map.groupBy(view.drops, (drop) => drop.object)].map(([object, drops]) => {
    const lines = drops.map((drop) => `${escape(object)} ${drop.dimension ?? 'score'} ${change(drop, isOver)}`);
    const causes = view.causes
      .filter((cause) => !isOver && cause.object === object && cause.contribution > 0)
      .slice(0, causeLimit);
    return { lines, causes };
  });
  const sentences = objects.map(({ lines, causes }) => {
    const [first] = causes;
    const why = first
      ? ` Cause: ${escape(first.title)}, ${counts(first)}${creatorOf(first)}. Fix: ${escape(first.advice)}`
      : '';
    return `${lines[0]}.${why}`;
  });
  const samples = view.sampleIds.map((id) => link(view, id));
  const sections = [
    isOver
      ? `*:white_check_mark: ${org}: resolved*`
      : `*:warning: ${org}: data quality fell${isAgain ? ' further' : ''}*`,
    ...objects.map(({ lines, causes }) =>
      [`*${lines[0]}*`, ...lines.slice(1), ...causes.map((cause) => `• ${causeLine(view, cause)}`)].join('\n'),
    ),
    !isOver && samples.length > 0 ? `*Examples*\n${samples.join('\n')}` : '',
  ].filter((section) => section !== '');
  const blocks: Record<string, unknown>[] = sections.map((section) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: section },
  }));
  const grouped = objects.length > 1 ? ` · ${objects.length} objects in one message` : '';
  blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Sync ${view.runId}${grouped}` }] });
  return { text: `${org}: ${isOver ? 'resolved. ' : isAgain ? 'another fall. ' : ''}${sentences.join(' ')}`, blocks };
}

const creatorOf = ({ origin }: IncidentCause) =>
  origin?.createdByName ? `, created by ${escape(origin.createdByName)}` : '';

function causeLine(view: IncidentView, cause: IncidentCause): string {
  const { origin } = cause;
  const creator = origin?.createdById
    ? `, ${origin.createdCount} created by ${link(view, origin.createdById, origin.createdByName ?? undefined)}`
    : '';
  const from = origin ? `; ${origin.newCount} of them new records${creator}` : '';
  const fact = `${escape(cause.title)}: ${counts(cause)}, ${points(cause.contribution)} points${from}`;
  return `${fact}\n    Fix: ${escape(cause.advice)}`;
}

function counts({ violatedCount, addedCount }: Cause): string {
  const added = Math.round(addedCount);
  if (added === 0) return `${violatedCount} records`;
  return `${Math.abs(added)} ${added > 0 ? 'more' : 'fewer'} records (${violatedCount} in all)`;
}

const link = ({ instanceUrl }: IncidentView, id: string, name = id) =>
  instanceUrl ? `<${instanceUrl}/${id}|${escape(name)}>` : escape(name);

function change({ baseline, score, reason }: Drop, isOver: boolean): string {
  if (reason === 'rules') return `is ${points(score)}, by other rules since`;
  if (isOver) return `is back at ${points(score)}`;
  const floor = reason === 'floor' ? ', below the floor' : '';
  return baseline === null
    ? `is ${points(score)}${floor}`
    : `fell ${reason === 'drift' ? 'slowly ' : ''}from ${points(baseline)} to ${points(score)}${floor}`;
}
