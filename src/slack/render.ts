/** A notice becomes Block Kit, within the lengths and numbers that Slack takes. */
import type { KnownBlock } from '@slack/web-api';
import type { Notice, NoticeAction, Span } from '../model/notice.ts';

// docs.slack.dev: 50 blocks, 3,000 characters a section; `text` is advised under 4,000.
// All blocks together fail from about 13,200 characters (slackapi/bolt-js #2509, undocumented).
const limits = { blockCount: 50, section: 3_000, text: 4_000, total: 13_000 };

const signs: Record<Notice['tone'], string> = {
  alert: ':warning: ',
  ask: ':raised_hand: ',
  good: ':white_check_mark: ',
  info: '',
};
const labels: Record<NoticeAction, string> = { acknowledge: 'Acknowledge', mute: 'Mute for a day', resolve: 'Resolve' };

/** As Slack asks for in its markup. */
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export type Buttons = {
  /** Slack can reach us: by Socket Mode or at the request URL. */
  canAct: boolean;
  /** Where people read an incident; null: messages do not lead there. */
  urlOf: ((incidentId: string) => string) | null;
};

export const noButtons: Buttons = { canAct: false, urlOf: null };

export function render(notice: Notice, having: Buttons = noButtons): { text: string; blocks: KnownBlock[] } {
  const tail = [...contexts(notice), ...buttons(notice, having)];
  const head = [
    `*${signs[notice.tone]}${escape(notice.title)}*`,
    ...notice.sections.flatMap(({ heading, lines }) =>
      sectionsOf([...(heading === null ? [] : [`*${escape(heading)}*`]), ...lines.map(lineOf)]),
    ),
  ].map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
  const left = limits.total - tail.reduce((sum, block) => sum + sizeOf(block), 0);
  // Block Kit is data to us; Slack itself is the judge of its shape.
  const blocks = [...fitting(head, limits.blockCount - tail.length, left), ...tail] as unknown as KnownBlock[];
  return { text: cut(escape(notice.summary), limits.text), blocks };
}

const sizeOf = (block: object) => JSON.stringify(block).length;

/** As many lines to a section as it takes; one line alone is cut. */
function sectionsOf(lines: string[]): string[] {
  const sections: string[] = [];
  for (const line of lines.map((one) => cut(one, limits.section))) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= limits.section)
      sections[sections.length - 1] = `${last}\n${line}`;
    else sections.push(line);
  }
  return sections;
}

/** The first ones, and a word about those that found no room. */
function fitting(blocks: { text: { text: string } }[], most: number, room: number): object[] {
  const taken: object[] = [];
  const more = { type: 'context', elements: [{ type: 'mrkdwn', text: 'There is more than Slack can show.' }] };
  let left = room - sizeOf(more);
  for (const [at, block] of blocks.entries()) {
    left -= sizeOf(block);
    if (left < 0 || at >= most - (at === blocks.length - 1 ? 0 : 1)) return [...taken, more];
    taken.push(block);
  }
  return taken;
}

function contexts({ footnote, status = [] }: Notice): object[] {
  return [...status, footnote]
    .filter((text) => text !== '')
    .map((text) => ({ type: 'context', elements: [{ type: 'mrkdwn', text: cut(escape(text), limits.section) }] }));
}

function buttons({ incidentId, actions = [] }: Notice, { canAct, urlOf }: Buttons): object[] {
  if (incidentId === undefined) return [];
  const button = (action: string, text: string, rest: object) => ({
    type: 'button',
    action_id: `assay_${action}`,
    text: { type: 'plain_text', text },
    ...rest,
  });
  const elements = [
    ...(canAct ? actions.map((action) => button(action, labels[action], { value: incidentId })) : []),
    ...(urlOf ? [button('open', 'Open in Assay', { url: urlOf(incidentId) })] : []),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function lineOf(line: Span[]): string {
  return line.map(spanOf).join('');
}

function spanOf(span: Span): string {
  if (typeof span === 'string') return escape(span);
  if ('code' in span) return `\`${escape(span.code)}\``;
  return span.url === null ? escape(span.text) : `<${span.url}|${escape(span.text)}>`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
