/** An org is taken out: what that touches is said before; forgetting its records is a job whose progress is shown. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, type Shape } from '../../api/client.ts';
import { connectionById } from '../../api/queries.ts';
import { deletionOf, forgettingById } from '../../api/settings-queries.ts';
import { count, plural, words } from '../../components/format.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { Failure, Waiting } from '../../components/state.tsx';

type Fate = 'keep' | 'forget';
type Connection = Shape<'Connection'>;

export function RemoveOrg({ org, onDone }: { org: Connection; onDone: () => void }) {
  const queries = useQueryClient();
  const preview = useQuery(deletionOf(org.id));
  const current = useQuery(connectionById(org.id));
  const [fate, setFate] = useState<Fate>('keep');
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () =>
      dataOf(
        client.DELETE('/v1/connections/{connectionId}', {
          params: {
            path: { connectionId: org.id },
            query: { records: fate },
            header: { 'if-match': current.data?.etag ?? '' },
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
    onError: () => queries.invalidateQueries({ queryKey: ['/v1/connections'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  if (remove.data)
    return (
      <>
        {remove.data.forgetting === null ? (
          <p role="status">The login is gone. Its records stay as they are, to be read.</p>
        ) : (
          <Progress id={remove.data.forgetting.id} />
        )}
        <div className="actions">
          <button type="button" className="button first" onClick={onDone}>
            Close
          </button>
        </div>
      </>
    );
  if (preview.isPending) return <Waiting what="What it touches" />;
  if (preview.isError) return <Failure error={preview.error} onRetry={() => void preview.refetch()} />;
  const { recordCount, ownGoldenCount, sharedGoldenCount, scheduleIds, fates } = preview.data;
  return (
    <form className="form" onSubmit={submit}>
      <p>
        It has {plural(recordCount, 'record')} here, {plural(ownGoldenCount, 'golden record')} of its own and{' '}
        {count(sharedGoldenCount)} that it shares with other orgs.{' '}
        {scheduleIds.length > 0 && `${plural(scheduleIds.length, 'schedule')} would go with it.`}
      </p>
      <fieldset className="choices">
        <legend>What becomes of its records?</legend>
        {(['keep', 'forget'] as const).map((one) => (
          <label key={one} className="check">
            <input type="radio" name="fate" checked={fate === one} onChange={() => setFate(one)} />
            <span>
              <strong>{one === 'keep' ? 'Keep them' : 'Forget them'}</strong>
              <br />
              <span className="small">{fates[one]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        Type {org.name} to go on
        <input className="input" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      {remove.isError && <NotTaken error={remove.error} onRetry={() => remove.mutate()} />}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onDone}>
          Back
        </button>
        <button
          type="submit"
          className="button first"
          disabled={typed.trim() !== org.name || remove.isPending || !current.isSuccess}
        >
          {fate === 'keep' ? 'Remove the org' : 'Remove it and forget its records'}
        </button>
      </div>
    </form>
  );
}

const stages: Record<string, string> = {
  queued: 'It begins as soon as the worker is free.',
  erasing: 'Records are erased.',
  spreading: 'A local sync takes them out of everything made of them.',
  cleaning: 'The last traces are cleaned away.',
  done: 'Everything of the org is forgotten.',
};

function Progress({ id }: { id: string }) {
  const { data } = useQuery(forgettingById(id));
  if (data === undefined) return <Waiting what="How far it is" lines={2} />;
  return (
    <div role="status">
      <p>
        <strong>{words(data.state)}.</strong> {stages[data.state] ?? data.fault}
      </p>
      <p className="small">
        <progress max={Math.max(1, data.recordCount)} value={data.erasedCount} aria-label="Records erased" />{' '}
        {count(data.erasedCount)} of {plural(data.recordCount, 'record')} erased. You may close this: it goes on.
      </p>
    </div>
  );
}
