/** Runs an emulator as a process of its own: one JSON line when it is ready, and it stops on SIGTERM or SIGINT. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OrgFolderError } from './org/folder-error.ts';
import { startEmulator } from './start.ts';

const usage = 'Usage: node emulator/main.ts --org <folder> [--port <n>] [--username <name>] [--jwt-key <pem file>]';

const { values } = parseArgs({
  options: {
    org: { type: 'string' },
    port: { type: 'string' },
    username: { type: 'string' },
    'jwt-key': { type: 'string' },
  },
});

if (values.org === undefined || (values.port !== undefined && !/^\d{1,5}$/.test(values.port))) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

try {
  const { close, ...ready } = await startEmulator({
    org: values.org,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.username === undefined ? {} : { username: values.username }),
    ...(values['jwt-key'] === undefined ? {} : { jwtPublicKey: readFileSync(values['jwt-key'], 'utf8') }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  if (!(error instanceof OrgFolderError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
