/** Who is signed in, for everything below; who is not signs in first. A session that ends leaves the page as it is under the form. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useState } from 'react';
import { client, isSignedOut, type Shape } from '../api/client.ts';
import { me } from '../api/queries.ts';
import { Failure, Waiting } from '../components/state.tsx';
import { SignIn } from './sign-in.tsx';

export type Me = Shape<'Me'>;
type Scope = Me['scopes'][number];

const Signed = createContext<Me | null>(null);

/** Who is signed in. Only below the gate. */
export function useMe(): Me {
  const found = use(Signed);
  if (found === null) throw new Error('This part of the page is above the gate.');
  return found;
}

/** Whether whoever is signed in may do this. The API decides; this only spares a button that would be refused. */
export function useMay(scope: Scope): boolean {
  const { scopes } = useMe();
  return scopes.includes('admin') || scopes.includes(scope);
}

export async function signOut(isEverywhere: boolean): Promise<void> {
  await client.DELETE(isEverywhere ? '/v1/sessions' : '/v1/sessions/current');
  window.location.assign('/');
}

type GateProps = { reason: string | null; children: ReactNode };

/** `reason`: why a sign-in by a link did not work. */
export function Gate({ reason, children }: GateProps) {
  const queries = useQueryClient();
  const [known, setKnown] = useState<Me | null>(null);
  const { data, error, isPending, refetch } = useQuery(me);
  const present = data ?? known;
  if (data !== undefined && data !== known) setKnown(data);
  const isOut = isSignedOut(error);
  const signedIn = () => void queries.invalidateQueries();

  if (present === null) {
    if (isOut) return <SignIn reason={reason} onDone={signedIn} />;
    return (
      <main>{isPending ? <Waiting what="Assay" /> : <Failure error={error} onRetry={() => void refetch()} />}</main>
    );
  }
  return (
    <Signed value={present}>
      {children}
      {isOut && (
        <div className="dialog-back" role="dialog" aria-modal="true" aria-label="Sign in again">
          <SignIn reason="Your session has ended. Sign in again; this page is as you left it." onDone={signedIn} />
        </div>
      )}
    </Signed>
  );
}
