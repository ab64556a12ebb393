/** An incident becomes the Slack message about it: counts and links, never names or addresses. */
import type { SlackMessage } from '../../model/notifier.ts';
import type { Cause } from './explain.ts';
import type { Drop } from './judge.ts';

export type ToldCause = Cause & {
  object: string;
  title: string;
  /** Of the newly violating records: how many are new in Salesforce, and the user who made most of them. */
  origin: { newCount: number; createdById: string | null; createdCount: number } | null;
};

export type Told = {
  state: 'open' | 'resolved';
  runId: string;
  drops: Drop[];
  causes: ToldCause[];
  /** Salesforce ids of records newly in violation of the first causes. */
  sampleIds: string[];
  /** https://org.my.salesforce.com; without it the ids stand unlinked. */
  instanceUrl: string | null;
};

/** Causes told for each object; the rest is in the run. */
const causeLimit = 3;
const points = (score: number) => (score * 100).toFixed(1).replace(/\.0$/, '');
/** As Slack asks for in its markup. */
export const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function incidentMessage(told: Told): SlackMessage {
  const isOver = told.state === 'resolved';
  const objects = [...Map.groupBy(told.drops, (drop) => drop.object)].map(([object, drops]) => {
    const lines = drops.map((drop) => `${escape(object)} ${drop.dimension ?? 'score'} ${change(drop)}`);
    const causes = told.causes
      .filter((cause) => !isOver && cause.object === object && cause.contribution > 0)
      .slice(0, causeLimit);
    return { lines, causes };
  });
  const headlines = objects.map(({ lines, causes }) => {
    const [first] = causes;
    return first ? `${lines[0]} (${first.title}: ${counts(first)})` : lines[0];
  });
  const samples = told.sampleIds.map((id) => link(told, id));
  const sections = [
    `*${isOver ? ':white_check_mark: Resolved' : ':warning: Data quality fell'}*`,
    ...objects.map(({ lines, causes }) =>
      [`*${lines[0]}*`, ...lines.slice(1), ...causes.map((cause) => `• ${causeLine(told, cause)}`)].join('\n'),
    ),
    !isOver && samples.length > 0 ? `*For example*\n${samples.join('\n')}` : '',
  ].filter((section) => section !== '');
  const blocks: Record<string, unknown>[] = sections.map((section) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: section },
  }));
  const grouped = objects.length > 1 ? ` · ${objects.length} objects in one message` : '';
  blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Run ${told.runId}${grouped}` }] });
  return { text: `${isOver ? 'Resolved: ' : ''}${headlines.join('; ')}`, blocks };
}

function causeLine(told: Told, cause: ToldCause): string {
  const { origin } = cause;
  const creator = origin?.createdById ? `, ${origin.createdCount} created by ${link(told, origin.createdById)}` : '';
  const from = origin ? `; ${origin.newCount} of them new records${creator}` : '';
  return `${escape(cause.title)}: ${counts(cause)}, ${points(cause.contribution)} points${from}`;
}

const counts = ({ violatedCount, addedCount }: Cause) =>
  `${violatedCount} records (${addedCount < 0 ? '' : '+'}${Math.round(addedCount)})`;
const link = ({ instanceUrl }: Told, id: string) => (instanceUrl ? `<${instanceUrl}/${id}|${id}>` : id);

function change({ baseline, score, reason }: Drop): string {
  const from = baseline === null ? '' : `${points(baseline)} → `;
  return `${from}${points(score)}${reason === 'floor' ? ' (under the floor)' : ''}`;
}
