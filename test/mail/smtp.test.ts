/** E-mail against a real SMTP server: what arrives, and which fault each refusal becomes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mailNotifier } from '../../src/mail/smtp.ts';
import type { Notice } from '../../src/model/notice.ts';
import { type MailServer, startMailServer } from './server.ts';

let server: MailServer;
beforeEach(async () => void (server = await startMailServer()));
afterEach(() => server.close());

const notice: Notice = {
  tone: 'info',
  title: 'acme: 3 findings of yours to fix',
  summary: 'acme: 3 findings of yours to fix',
  sections: [
    {
      heading: 'First of all',
      lines: [[{ text: '006A', url: 'https://acme.example/006A' }, ': a < b & c'], [{ code: 'GET /v1/findings' }]],
    },
  ],
  footnote: 'Weekly digest',
};
const to = 'ann@acme.example';
const mail = (url = server.url) => mailNotifier({ url, from: 'assay@acme.example', to });
const post = (url?: string) => mail(url).post(notice, 'digest:1');

it('arrives as text and as HTML, in the name of the sender, the same message with the same id', async () => {
  expect(await post()).toBeNull();
  await post();
  const [first, second] = server.mails;
  expect(first).toMatchObject({ to: [to], from: 'assay@acme.example' });
  const raw = first!.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  expect(raw).toContain('Subject: acme: 3 findings of yours to fix');
  expect(raw).toContain('006A (https://acme.example/006A): a < b & c');
  expect(raw).toContain('<a href="https://acme.example/006A">006A</a>: a &lt; b &amp; c');
  const idOf = (text: string) => /Message-ID: (<.*>)/.exec(text)?.[1];
  expect(idOf(first!.raw)).toMatch(/^<[0-9a-f]{32}@assay>$/);
  expect(idOf(second!.raw)).toBe(idOf(first!.raw));
});

it('tells refused for good, not now, and out of reach apart', async () => {
  server.refuseNext(550);
  await expect(post()).rejects.toMatchObject({ code: 'mail-refused', message: 'The mail server answered 550.' });
  server.refuseNext(451);
  await expect(post()).rejects.toMatchObject({ code: 'mail-unavailable' });
  server.refuseNext(452, 'data');
  await expect(post()).rejects.toMatchObject({ code: 'mail-unavailable' });
  await expect(post(server.urlAs('assay:wrong'))).rejects.toMatchObject({ code: 'mail-refused' });
  await post(server.urlAs('assay:secret'));
  expect(server.mails).toHaveLength(1);
  const { url } = server;
  await server.close();
  await expect(post(url)).rejects.toMatchObject({ code: 'mail-unavailable' });
  server = await startMailServer();
});
