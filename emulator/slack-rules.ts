/** What Slack refuses: blocks that are too many, too long or none, scopes a token lacks, and messages that come too fast. */

// docs.slack.dev: 50 blocks a message, 3,000 characters a text of a section, 10 elements in a context, 25 in actions,
// 75 characters on a button, 2,000 in its value, 150 in a header. All blocks together: slackapi/bolt-js #2509, undocumented.
const most = {
  blocks: 50,
  section: 3_000,
  context: 10,
  actions: 25,
  button: 75,
  value: 2_000,
  header: 150,
  all: 13_200,
};

type Block = {
  type?: unknown;
  text?: { type?: unknown; text?: unknown };
  elements?: { type?: unknown; text?: unknown; value?: unknown; action_id?: unknown }[];
};

/** The error that Slack answers; null: it takes them. */
export function faultOfMessage(text: string, blocks: unknown): string | null {
  if (blocks === undefined) return text === '' ? 'no_text' : null;
  if (!Array.isArray(blocks)) return 'invalid_blocks_format';
  if (blocks.length > most.blocks) return 'invalid_blocks';
  if (JSON.stringify(blocks).length > most.all) return 'msg_blocks_too_long';
  return blocks.every((block) => isTaken(block as Block)) ? null : 'invalid_blocks';
}

const textWithin = (text: unknown, length: number): boolean =>
  typeof text === 'string' && text.length > 0 && text.length <= length;

function isTaken({ type, text, elements = [] }: Block): boolean {
  if (type === 'divider') return true;
  if (type === 'header') return text?.type === 'plain_text' && textWithin(text.text, most.header);
  if (type === 'section') {
    return ['mrkdwn', 'plain_text'].includes(String(text?.type)) && textWithin(text?.text, most.section);
  }
  if (type === 'context') {
    return (
      elements.length > 0 &&
      elements.length <= most.context &&
      elements.every((one) => ['mrkdwn', 'plain_text'].includes(String(one.type)) && textWithin(one.text, most.section))
    );
  }
  if (type !== 'actions' || elements.length === 0 || elements.length > most.actions) return false;
  const ids = elements.map((one) => one.action_id);
  return (
    new Set(ids).size === ids.length &&
    elements.every(({ text: label, value }) => {
      const words = (label as { text?: unknown } | undefined)?.text;
      return textWithin(words, most.button) && (value === undefined || textWithin(value, most.value));
    })
  );
}

/** Scopes by method; the history of a private channel (G…) needs another one. */
export function scopesOf(method: string, channel: string): string[] {
  const of: Record<string, string[]> = {
    'chat.postMessage': ['chat:write'],
    'chat.update': ['chat:write'],
    'conversations.history': [channel.startsWith('G') ? 'groups:history' : 'channels:history'],
    'users.info': ['users:read'],
    'users.lookupByEmail': ['users:read.email'],
    'apps.connections.open': ['connections:write'],
  };
  return of[method] ?? [];
}

export const allScopes = [
  'chat:write',
  'channels:history',
  'groups:history',
  'users:read',
  'users:read.email',
  'connections:write',
] as const;

/** About one message a second and channel; a short burst is let through. Returns the seconds to wait, 0 for none. */
export function pacer(burst: number, now: () => number): (channel: string) => number {
  const left = new Map<string, { tokens: number; at: number }>();
  return (channel) => {
    const at = now();
    const before = left.get(channel) ?? { tokens: burst, at };
    const tokens = Math.min(burst, before.tokens + (at - before.at) / 1000);
    if (tokens < 1) return 1;
    left.set(channel, { tokens: tokens - 1, at });
    return 0;
  };
}
