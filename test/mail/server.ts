/** A real SMTP server on loopback, which keeps what it took and refuses on request. */
import { SMTPServer } from 'smtp-server';

export type Mail = { to: string[]; from: string; raw: string };

export async function startMailServer() {
  const mails: Mail[] = [];
  const refusals: { code: number; at: 'rcpt' | 'data' }[] = [];
  const refuse = (at: 'rcpt' | 'data'): Error | null => {
    if (refusals[0]?.at !== at) return null;
    const { code } = refusals.shift()!;
    return Object.assign(new Error('refused'), { responseCode: code });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'assay' && password === 'secret' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: (_address, _session, done) => done(refuse('rcpt')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refused = refuse('data');
        if (refused) return done(refused);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as { port: number };
  return {
    mails,
    url: `smtp://127.0.0.1:${port}`,
    urlAs: (user: string) => `smtp://${user}@127.0.0.1:${port}`,
    refuseNext: (code: number, at: 'rcpt' | 'data' = 'rcpt') => void refusals.push({ code, at }),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}
export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
