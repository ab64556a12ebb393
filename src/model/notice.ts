/** What people are to know, before any channel words it: plain text, links, and buttons by name. */
import { z } from 'zod';

/** One stretch of a line. `url` null: the text stands alone. */
export type Span = string | { text: string; url: string | null } | { code: string };

export type NoticeSection = { heading: string | null; lines: Span[][] };

/** What a button on a notice does to its incident. */
export const noticeAction = z.enum(['acknowledge', 'mute', 'resolve']);
export type NoticeAction = z.infer<typeof noticeAction>;

export type Notice = {
  /** alert: something fell; ask: somebody has to decide; good: it is over; info: for reading. */
  tone: 'alert' | 'ask' | 'good' | 'info';
  /** One line that stands above all. */
  title: string;
  /** The whole in plain text: what a phone shows, and a channel without form. */
  summary: string;
  sections: NoticeSection[];
  /** Small print: which sync, how many objects. */
  footnote: string;
  /** Who did what to the incident, newest last. */
  status?: string[];
  incidentId?: string;
  actions?: NoticeAction[];
};
