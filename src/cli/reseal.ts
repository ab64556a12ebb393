/** `assay reseal`: stored logins are encrypted anew with the first key of ASSAY_SECRET_KEY. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';

export const reseal = new Command('reseal')
  .description(
    'encrypt the stored Salesforce logins with the first key of ASSAY_SECRET_KEY; others may then be taken out',
  )
  .action(async () => {
    const env = readEnv();
    const [{ openBase }, { resealConnections }, { keyRing }] = await Promise.all([
      import('./open.ts'),
      import('../control/connection.ts'),
      import('../control/secret.ts'),
    ]);
    const { db, close } = await openBase(env, 'reseal');
    try {
      const count = await resealConnections(db, keyRing(env.ASSAY_SECRET_KEY, env.ASSAY_DATA));
      console.log(`${count} ${count === 1 ? 'login' : 'logins'} sealed anew`);
    } finally {
      await close();
    }
  });
