/** The pull stage alone, as a worker runs it: node assay-pull-process.ts <task.json>; the last line is the count of rows read. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { stageContext } from '../stage-context.ts';

const task = z
  .object({ databaseUrl: z.string(), loginUrl: z.string(), clientId: z.string(), clientSecret: z.string() })
  .parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')));
const { databaseUrl, ...login } = task;
const db = connect(databaseUrl, { name: 'bench' });
try {
  await migrate(db);
  console.log('mark:ready');
  const result = await pull(
    stageContext({
      db,
      definitions: await loadDefinitions(),
      source: openSalesforce({ ...login, apiVersion: '62.0' }),
      report: ({ doneCount }) => {
        if (doneCount > 0) console.log('mark:first');
      },
    }),
    'Contact',
  );
  console.log('mark:done');
  console.log(JSON.stringify(result));
  console.log(result.readCount);
} finally {
  await db.close();
}
