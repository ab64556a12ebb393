/** People and programs with a key: who, what they may do, when it was used; made and revoked here. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, Refusal, type Shape } from '../../api/client.ts';
import { listOf } from '../../api/queries.ts';
import { ago, day, words } from '../../components/format.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMe } from '../../session/gate.tsx';
import { roleOf, roles } from '../../components/roles.ts';
import { scopeMeanings } from './scopes.ts';

type Key = Shape<'ApiKey'>;

export function Keys() {
  const answer = useInfiniteQuery(listOf('/v1/keys', {}));
  const keys = answer.data?.pages.flatMap(({ data }) => data) ?? [];
  const standing = keys.filter(({ revokedAt }) => revokedAt === null);
  return (
    <Card title="People and keys">
      {answer.isPending && <Waiting what="Keys" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {standing.map((one) => (
        <OneKey key={one.id} apiKey={one} />
      ))}
      {answer.hasNextPage && (
        <button type="button" className="button link" onClick={() => void answer.fetchNextPage()}>
          More keys
        </button>
      )}
      <NewKey />
    </Card>
  );
}

function OneKey({ apiKey }: { apiKey: Key }) {
  const queries = useQueryClient();
  const say = useToast();
  const me = useMe();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/keys/{keyId}/revoke', { params: { path: { keyId: apiKey.id } } })),
    onSuccess: () => {
      setAsking(false);
      say(`${apiKey.name} is signed out everywhere.`);
      void queries.invalidateQueries({ queryKey: ['/v1/keys'] });
    },
    onError: (error) => say(error.message),
  });
  return (
    <div className="org">
      <div className="head">
        <div>
          <span className="strong">{apiKey.name}</span> <span className="mono small dim">{apiKey.prefix}…</span>
          <div className="small dim">
            {words(roleOf(apiKey.scopes))} ·{' '}
            {apiKey.lastUsedAt === null ? 'never used' : `used ${ago(apiKey.lastUsedAt)}`}
            {apiKey.expiresAt !== null && ` · ends ${day(apiKey.expiresAt)}`}
          </div>
        </div>
        {apiKey.id === me.id ? (
          <span className="tag">you</span>
        ) : (
          <button
            type="button"
            className="button"
            onClick={() => setAsking(true)}
            aria-label={`Revoke the key of ${apiKey.name}`}
          >
            Revoke
          </button>
        )}
      </div>
      <Dialog title={`Revoke the key of ${apiKey.name}?`} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>It ends at once, with all its sessions, and cannot be brought back. What it decided stays.</p>
        <div className="actions">
          <button type="button" className="button quiet" onClick={() => setAsking(false)}>
            Back
          </button>
          <button type="button" className="button first" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke it
          </button>
        </div>
      </Dialog>
    </div>
  );
}

function NewKey() {
  const queries = useQueryClient();
  const say = useToast();
  const [name, setName] = useState('');
  const [role, setRole] = useState(0);
  const [days, setDays] = useState('');
  const [shown, setShown] = useState<{ name: string; key: string } | null>(null);
  const make = useMutation({
    mutationFn: () =>
      dataOf(
        client.POST('/v1/keys', {
          body: {
            name: name.trim(),
            scopes: roles[role]!.scopes,
            ...(days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * 24 * 3_600_000).toISOString() }),
          },
        }),
      ),
    onSuccess: (made) => {
      setShown(made);
      setName('');
      void queries.invalidateQueries({ queryKey: ['/v1/keys'] });
    },
    onError: (error) => say(error instanceof Refusal ? error.problem.detail : error.message),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <form className="filters spaced" onSubmit={submit}>
        <label className="field">
          Add a colleague or a program
          <input
            className="input"
            required
            maxLength={100}
            placeholder="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          Role
          <select className="select" value={role} onChange={(event) => setRole(Number(event.target.value))}>
            {roles.map(({ label }, at) => (
              <option key={label} value={at}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          Ends
          <select className="select" value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="">Never</option>
            <option value="30">In 30 days</option>
            <option value="90">In 90 days</option>
            <option value="365">In a year</option>
          </select>
        </label>
        <button type="submit" className="button" disabled={make.isPending || name.trim() === ''}>
          Make a key
        </button>
      </form>
      <p className="small dim">{roles[role]!.scopes.map((one) => scopeMeanings[one]).join('. ')}.</p>
      <Dialog title={`The key of ${shown?.name ?? ''}`} isOpen={shown !== null} onClose={() => setShown(null)}>
        <p>Give it to them now, by a safe way. It is shown this once and kept nowhere.</p>
        <p className="mono key-shown">{shown?.key}</p>
        <div className="actions">
          <button
            type="button"
            className="button"
            onClick={() =>
              void navigator.clipboard.writeText(shown?.key ?? '').then(
                () => say('Copied.'),
                () => say('Copy it by hand: the browser does not allow it.'),
              )
            }
          >
            Copy
          </button>
          <button type="button" className="button first" onClick={() => setShown(null)}>
            Done
          </button>
        </div>
      </Dialog>
    </>
  );
}
