/** ENTRY of `npm run soak`: a service hurt at random, or with `lives` the pull alone through random lives of an org, until something is wrong or the time is over. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1000' },
    queue: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const [what = 'service', ...rest] = positionals;
const isQueue = values.queue === undefined || ['postgres', 'redis'].includes(values.queue);
if (!(minutes > 0) || !Number.isInteger(seed) || !isQueue || !['service', 'lives'].includes(what) || rest.length > 0) {
  console.error('Use: npm run soak -- [service|lives] [--minutes 30] [--seed 1000] [--queue postgres|redis]');
  process.exit(2);
}

function run(folder: string, settings: Record<string, string>): void {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', folder, '--disable-console-intercept'],
    { stdio: 'inherit', env: { ...process.env, ...settings } },
  );
  if (status === 0) return;
  const again = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  console.error(`It goes wrong. Once more: ${again.join(' ')} npx vitest run ${folder}`);
  process.exit(1);
}

if (what === 'service') {
  const queue: Record<string, string> = values.queue ? { SOAK_QUEUE: values.queue } : {};
  run('test/soak', { SOAK_SECONDS: String(minutes * 60), SOAK_SEED: String(seed), ...queue });
} else {
  // A hundred lives from a seed of their own each time.
  const end = Date.now() + minutes * 60_000;
  for (let one = seed; Date.now() < end; one += 1) {
    console.log(`seed ${one}`);
    run('test/ledger', { LEDGER_SCRIPTS: '100', LEDGER_SEED: String(one) });
  }
}
