/** A key, typed once, the code of a link, or a sign-in at the identity provider becomes a session. */
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { client, dataOf, Refusal } from '../api/client.ts';
import { signInProvider } from '../api/settings-queries.ts';

/** Signs in. @throws Refusal for a key or link that opens nothing. */
export const signIn = (by: { key: string } | { link: string }) => dataOf(client.POST('/v1/sessions', { body: by }));

const linkStart = '#sign-in=';

/** The code of a sign-in link that the page was opened by; taken out of the address, so that it is in no history. */
export function takeLink(): string | null {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith(linkStart)) return null;
  window.history.replaceState(null, '', pathname + search);
  return hash.slice(linkStart.length);
}

/** Where one was, to come back to; what is too long for it leads to Today. */
function here(): string {
  const { pathname, search } = window.location;
  return pathname.length + search.length > 500 ? '/' : pathname + search;
}

type SignInProps = { reason: string | null; onDone: () => void };

export function SignIn({ reason, onDone }: SignInProps) {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState(reason);
  const [isBusy, setBusy] = useState(false);
  const faultId = useId();
  const provider = useQuery(signInProvider);
  const path = provider.data?.path;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn({ key: key.trim() });
      onDone();
    } catch (error) {
      const isWrong = error instanceof Refusal && error.problem.code === 'unauthenticated';
      setFault(isWrong ? 'This key is not valid. It may have expired, or been revoked.' : (error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="sign-in">
      <form className="card" onSubmit={(event) => void submit(event)}>
        <img src="/mark.svg" alt="" width="36" height="36" />
        <h1>Sign in to Assay</h1>
        {path != null && (
          <>
            <a className="button first" href={`${path}?${new URLSearchParams({ returnTo: here() })}`}>
              Sign in with {provider.data?.name}
            </a>
            <p className="small dim">or</p>
          </>
        )}
        <p className="small">With an API key. An admin makes one for you, with what you may see and do.</p>
        <label className="field">
          Key
          <input
            className="input"
            type="password"
            name="key"
            autoComplete="current-password"
            autoFocus={path == null}
            required
            placeholder="assay_…"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            aria-invalid={fault !== null}
            aria-describedby={fault === null ? undefined : faultId}
          />
        </label>
        {fault !== null && (
          <p id={faultId} className="small down" role="alert">
            {fault}
          </p>
        )}
        <button
          type="submit"
          className={path == null ? 'button first' : 'button'}
          disabled={isBusy || key.trim() === ''}
        >
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
        <p className="small dim">
          On the machine that runs Assay, <span className="mono">assay key</span> makes one.
        </p>
      </form>
    </div>
  );
}
