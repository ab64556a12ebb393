/** A message becomes one Slack will take: within its lengths and number of blocks. */
import type { KnownBlock } from '@slack/web-api';
import type { SlackMessage } from '../model/notifier.ts';

// docs.slack.dev: 50 blocks, 3,000 characters a section; `text` is advised under 4,000.
// All blocks together fail from about 13,200 characters (slackapi/bolt-js #2509, undocumented).
const limits = { blockCount: 50, section: 3_000, text: 4_000, total: 13_000 };

export function withinLimits(message: SlackMessage): { text: string; blocks: KnownBlock[] } {
  const blocks: Record<string, unknown>[] = [];
  let total = 0;
  for (const block of message.blocks.slice(0, limits.blockCount).map(shortened)) {
    total += JSON.stringify(block).length;
    if (total > limits.total) break;
    blocks.push(block);
  }
  // Block Kit is data to us (SlackMessage); Slack itself is the judge of its shape.
  return { text: cut(message.text, limits.text), blocks: blocks as unknown as KnownBlock[] };
}

function shortened(block: Record<string, unknown>): Record<string, unknown> {
  const { text } = block;
  if (typeof text !== 'object' || text === null || !('text' in text) || typeof text.text !== 'string') return block;
  return { ...block, text: { ...text, text: cut(text.text, limits.section) } };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
