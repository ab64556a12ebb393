/** The orgs that Assay reads, and what their logins can and cannot see. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { client, dataOf, type Shape } from '../../api/client.ts';
import { connections } from '../../api/queries.ts';
import { count, plural } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useMay } from '../../session/gate.tsx';

type Connection = Shape<'Connection'>;

export function Orgs() {
  const answer = useQuery(connections);
  return (
    <Card title="Orgs">
      {answer.isPending && <Waiting what="Orgs" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.map((one) => (
        <Org key={one.id} org={one} />
      ))}
      <p className="small dim">
        Add an org with POST /v1/connections. Its page in the documentation has every step in Salesforce.
      </p>
    </Card>
  );
}

function Org({ org }: { org: Connection }) {
  const may = useMay('config:write');
  const test = useMutation({
    mutationFn: () =>
      dataOf(client.POST('/v1/connections/{connectionId}/test', { params: { path: { connectionId: org.id } } })),
  });
  return (
    <div className="org">
      <div className="head">
        <div>
          <span className="strong">{org.orgName ?? org.name}</span>{' '}
          {org.isSandbox === true && <span className="tag warn">sandbox</span>}
          {org.isSandbox === false && <span className="tag good">production</span>}
          <div className="small dim">
            {org.instanceUrl === null ? (
              (org.loginUrl ?? 'Login by the settings of the service')
            ) : (
              <a href={org.instanceUrl}>{org.instanceUrl}</a>
            )}
          </div>
        </div>
        {may && (
          <button type="button" className="button" disabled={test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? 'Testing …' : 'Test the login'}
          </button>
        )}
      </div>
      {test.isError && <Failure error={test.error} />}
      {test.data && <Sight sight={test.data} />}
    </div>
  );
}

function Sight({ sight }: { sight: Shape<'ConnectionSight'> }) {
  if (sight.fault !== null)
    return (
      <div className="notice bad" role="alert">
        <div>
          <strong>{sight.fault.detail}</strong>
          <p>{sight.fault.hint}</p>
        </div>
      </div>
    );
  const seen = sight.objects.filter(({ isVisible }) => isVisible);
  const advice = sight.objects.flatMap((one) => (one.advice === null ? [] : [one.advice]));
  return (
    <div className={`notice ${sight.isOk ? 'info' : 'warn'}`} role="status">
      <div>
        <strong>
          {sight.isOk ? 'The login works' : 'Something is missing'}: {plural(seen.length, 'object')} visible,{' '}
          {count(seen.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0))} records.
        </strong>
        {sight.usedCount !== null && (
          <p>
            {count(sight.usedCount)} of {count(sight.limitCount)} API requests of the day are used.
          </p>
        )}
        {advice.length > 0 && (
          <details>
            <summary>{plural(advice.length, 'thing')} to grant or turn on</summary>
            <ul className="plain">
              {advice.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </div>
  );
}
