/** A database and the definitions into what a stage is handed where no run is: no lease to hold, nobody who watches, no Salesforce. */
import { silentLog, systemClock } from '../src/model/ports.ts';
import { newRunId } from '../src/model/run.ts';
import type { Source } from '../src/model/source.ts';
import type { Context } from '../src/pipeline/context.ts';

export type Given = Pick<Context, 'db' | 'definitions'> &
  Partial<Omit<Context, 'run'>> & { run?: Partial<Context['run']> };

/** Most stages read the database alone; one that asks Salesforce after all fails. */
const noSource = new Proxy({} as Source, {
  get(): never {
    throw new Error('no source was given: this stage was to read the database alone');
  },
});

/** Each call is a run of its own, of the default connection and in mode `auto`, unless given otherwise. */
export function stageContext({ run, ...given }: Given): Context {
  return {
    source: noSource,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    report: () => undefined,
    write: (work) => given.db.transaction(work),
    ...given,
    run: { id: newRunId(), connectionId: 'default', mode: 'auto', objects: null, ...run },
  };
}
