/** Notifier over SMTP: a notice as plain text and HTML. It can neither edit nor look up. */
import { createHash } from 'node:crypto';
import nodemailer from 'nodemailer';
import { DomainError } from '../model/errors.ts';
import type { Notice, Span } from '../model/notice.ts';
import { type Notifier, NotifierDoubt } from '../model/notifier.ts';

export type MailSettings = {
  /** smtp://user:password@host:587; smtps:// for TLS from the first byte. */ url: string;
  from: string;
  to: string;
};

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

export function mailNotifier({ url, from, to }: MailSettings): Notifier {
  return {
    mark: createHash('sha256')
      .update(JSON.stringify([url, from]))
      .digest('hex')
      .slice(0, 16),
    canEdit: false,
    paceMs: 0,
    async post(notice, key) {
      const transport = nodemailer.createTransport({ url, ...timeouts });
      try {
        await transport.sendMail({
          from,
          to,
          subject: notice.title,
          text: textOf(notice),
          html: htmlOf(notice),
          // Of the same message the same, so that a reader who got it twice has it once.
          messageId: `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@assay>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw faultOf(error);
      } finally {
        transport.close();
      }
      return null;
    },
    async edit() {
      throw new DomainError('mail-refused', 'An e-mail cannot be edited.');
    },
    async find() {
      return null;
    },
  };
}

type SmtpError = Error & { code?: string; command?: string; responseCode?: number };

/** The server's own words may name people and hosts: only its number is kept. */
function faultOf(error: unknown): Error {
  const { code = '', command = '', responseCode } = error as SmtpError;
  if (responseCode !== undefined) {
    const isPassing = responseCode >= 400 && responseCode < 500;
    const fault = isPassing ? 'mail-unavailable' : 'mail-refused';
    return new DomainError(fault, `The mail server answered ${responseCode}.`, { cause: error });
  }
  if (code === 'EAUTH' || code === 'EENVELOPE') {
    return new DomainError('mail-refused', `The mail server refused (${code}).`, { cause: error });
  }
  // Once the text was on its way, nobody knows.
  if (command === 'DATA') return new NotifierDoubt('The e-mail went out and no answer came back.', { cause: error });
  return new DomainError('mail-unavailable', `The mail server cannot be reached (${code}).`, { cause: error });
}

const plain = (span: Span): string => {
  if (typeof span === 'string') return span;
  if ('code' in span) return span.code;
  return span.url === null ? span.text : `${span.text} (${span.url})`;
};

function textOf({ title, sections, footnote, status = [] }: Notice): string {
  const parts = sections.map(({ heading, lines }) =>
    [...(heading === null ? [] : [heading]), ...lines.map((line) => line.map(plain).join(''))].join('\n'),
  );
  return [title, ...parts, ...status, footnote].filter((part) => part !== '').join('\n\n');
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const marked = (span: Span): string => {
  if (typeof span === 'string') return escape(span);
  if ('code' in span) return `<code>${escape(span.code)}</code>`;
  return span.url === null ? escape(span.text) : `<a href="${escape(span.url)}">${escape(span.text)}</a>`;
};

function htmlOf({ title, sections, footnote, status = [] }: Notice): string {
  const parts = sections.map(({ heading, lines }) => {
    const head = heading === null ? '' : `<h3>${escape(heading)}</h3>`;
    return `${head}<ul>${lines.map((line) => `<li>${line.map(marked).join('')}</li>`).join('')}</ul>`;
  });
  const foot = [...status, footnote].map((line) => `<p><small>${escape(line)}</small></p>`);
  return `<h2>${escape(title)}</h2>${parts.join('')}${foot.join('')}`;
}
