/** Worker parts with a pipeline of two steps, each writing one row; the second waits while the gate is closed. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import type { Source, SourceOrg } from '../../src/model/source.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import type { QueueSettings } from '../../src/queue/connection.ts';
import { startWorkers } from '../../workers/main.ts';
import type { Parts } from '../../workers/parts.ts';

const acme: SourceOrg = {
  orgId: '00D000000000001AAA',
  userId: '005000000000001AAA',
  instanceUrl: 'https://acme.my.salesforce.com',
  name: 'Acme',
  instanceName: 'NA1',
  isSandbox: false,
};

type Gate = { isOpen: boolean; fault?: Error };

export async function startTestWorkers(settings: QueueSettings, db: Db, gate: Gate) {
  const runPipeline: Parts['runPipeline'] = async (context, stages) => {
    for (const stage of ['pull', 'score'] as const) {
      if (await stages.isDone(stage, 'all')) continue;
      await stages.start(stage, 'all');
      while (stage === 'score' && !gate.isOpen) await sleep(20, undefined, { signal: context.signal });
      if (gate.fault) throw gate.fault;
      await context.write((tx) => tx.query(sql`insert into public.effect (stage) values (${stage})`));
      await stages.finish(stage, 'all', { readCount: 1, changedCount: 1 });
    }
    return [];
  };
  const deliver = async () => {};
  return startWorkers(settings, {
    definitions: await loadDefinitions(),
    publicUrl: null,
    sourceOf: async () => ({ org: async () => acme }) as unknown as Source,
    db,
    control: db,
    outageHours: 1,
    retention: { runs: 0, events: 0, deliveries: 0, findings: 0, scores: 0, audit: 0, deletedPeople: 0 },
    clock: systemClock,
    log: silentLog,
    runPipeline,
    takeInputs: async () => {},
    deliver,
  });
}

// As a process of its own, to be killed: its gate never opens.
if (import.meta.main) {
  const settings = JSON.parse(process.argv[2]!) as QueueSettings;
  const db = connect(settings.databaseUrl, { name: 'test worker' });
  const workers = await startTestWorkers(settings, db, { isOpen: false });
  process.on('SIGTERM', () => void workers.close().then(() => process.exit(0)));
}
