/** People who signed in at the identity provider: what their groups allow, what an admin grants instead, and who is kept out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, dataOf, isOutdated, sentenceOf, type Shape } from '../../api/client.ts';
import { people, signInProvider } from '../../api/settings-queries.ts';
import { ago, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { roleOf, roles } from '../../components/roles.ts';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';

type Person = Shape<'Person'>;

/** Nothing where nobody signs in but by key. */
export function People() {
  const provider = useQuery(signInProvider).data;
  const isSet = provider?.path != null;
  const answer = useQuery({ ...people, enabled: isSet });
  if (!isSet) return null;
  return (
    <Card title={`People of ${provider.name}`}>
      {answer.isPending && <Waiting what="People" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.length === 0 && <p className="small">Nobody has signed in yet.</p>}
      {answer.data?.data.map((one) => (
        <OnePerson key={one.id} person={one} />
      ))}
    </Card>
  );
}

function OnePerson({ person }: { person: Person }) {
  const queries = useQueryClient();
  const say = useToast();
  const change = useMutation({
    mutationFn: (body: { granted?: Person['granted']; isBlocked?: boolean }) =>
      dataOf(
        client.PATCH('/v1/people/{personId}', {
          params: { path: { personId: person.id }, header: { 'if-match': `"${person.revision}"` } },
          body,
        }),
      ),
    onSuccess: () => {
      say(`Saved: it holds for ${person.name} at once.`);
      void queries.invalidateQueries({ queryKey: ['/v1/people'] });
    },
    onError: (error) => {
      say(isOutdated(error) ? `Somebody changed ${person.name} meanwhile; it is shown now.` : sentenceOf(error));
      void queries.invalidateQueries({ queryKey: ['/v1/people'] });
    },
  });
  const isBlocked = person.blockedAt !== null;
  const granted = person.granted === null ? '' : roleOf(person.granted);
  const grant = (name: string) =>
    change.mutate({ granted: name === '' ? null : (roles.find((role) => role.name === name)?.scopes ?? null) });
  return (
    <div className="org">
      <div className="head">
        <div>
          <span className="strong">{person.name}</span> {isBlocked && <span className="tag bad">kept out</span>}
          <div className="small dim">
            {person.email ?? person.issuer} · seen {ago(person.lastSeenAt)}
          </div>
          <div className="small">
            {person.scopes.length === 0 ? 'The groups allow nothing' : `By groups: ${words(roleOf(person.scopes))}`}
            {person.groups.length > 0 && <span className="dim"> ({person.groups.join(', ')})</span>}
          </div>
        </div>
        <div className="buttons">
          <select
            className="select"
            aria-label={`What ${person.name} may do`}
            value={granted}
            disabled={change.isPending}
            onChange={(event) => grant(event.target.value)}
          >
            <option value="">As the groups say</option>
            {granted === 'custom' && <option value="custom">Something of its own</option>}
            {roles.map((role) => (
              <option key={role.name} value={role.name}>
                {role.label}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="button"
            disabled={change.isPending}
            aria-label={isBlocked ? `Let in again ${person.name}` : `Keep out ${person.name}`}
            onClick={() => change.mutate({ isBlocked: !isBlocked })}
          >
            {isBlocked ? 'Let in again' : 'Keep out'}
          </button>
        </div>
      </div>
    </div>
  );
}
