/** An incident becomes the Slack message about it: counts and links, never names or addresses. */
import type { SlackMessage } from '../../model/notifier.ts';
import type { Cause } from './explain.ts';
import type { Drop } from './judge.ts';

export type Told = {
  object: string;
  state: 'open' | 'resolved';
  runId: string;
  drops: Drop[];
  causes: (Cause & { title: string })[];
  /** Salesforce ids of records newly in violation of the first cause. */
  sampleIds: string[];
  /** https://org.my.salesforce.com; without it the ids stand unlinked. */
  instanceUrl: string | null;
};

const causeLimit = 5;
const points = (score: number) => (score * 100).toFixed(1).replace(/\.0$/, '');
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function incidentMessage(told: Told): SlackMessage {
  const lines = told.drops.map((drop) => `${escape(told.object)} ${drop.dimension ?? 'score'} ${change(drop)}`);
  const isOver = told.state === 'resolved';
  const text = `${isOver ? 'Resolved: ' : ''}${lines[0]}`;
  const causes = told.causes
    .filter((cause) => cause.contribution > 0)
    .slice(0, causeLimit)
    .map(
      (cause) =>
        `• ${escape(cause.title)}: ${cause.violatedCount} records (${cause.addedCount < 0 ? '' : '+'}${Math.round(cause.addedCount)}), ${points(cause.contribution)} points`,
    );
  const samples = told.sampleIds.map((id) => (told.instanceUrl ? `<${told.instanceUrl}/${id}|${id}>` : id));
  const sections = [
    `*${isOver ? ':white_check_mark: Resolved' : ':warning: Data quality fell'}*\n${lines.join('\n')}`,
    !isOver && causes.length > 0 ? `*Cause*\n${causes.join('\n')}` : '',
    !isOver && samples.length > 0 ? `*For example*\n${samples.join('\n')}` : '',
  ].filter((section) => section !== '');
  const blocks: Record<string, unknown>[] = sections.map((section) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: section },
  }));
  blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `Run ${told.runId}` }] });
  return { text, blocks };
}

function change({ baseline, score, reason }: Drop): string {
  const from = baseline === null ? '' : `${points(baseline)} → `;
  return `${from}${points(score)}${reason === 'floor' ? ' (under the floor)' : ''}`;
}
