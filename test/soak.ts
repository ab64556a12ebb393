/** Lives random ledger scripts by the hundred, each hundred from a seed of its own, until one goes wrong or the time is over. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1000' } },
});
const end = Date.now() + Number(values.minutes) * 60_000;
for (let seed = Number(values.seed); Date.now() < end; seed += 1) {
  console.log(`seed ${seed}`);
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/ledger'], {
    stdio: 'inherit',
    env: { ...process.env, LEDGER_SCRIPTS: '100', LEDGER_SEED: String(seed) },
  });
  if (status !== 0) {
    console.error(`Seed ${seed} goes wrong: LEDGER_SEED=${seed} LEDGER_SCRIPTS=100 npx vitest run test/ledger`);
    process.exit(1);
  }
}
