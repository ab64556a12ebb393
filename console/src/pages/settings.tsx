/** Settings: which orgs, when, by whom. */
import { useQuery } from '@tanstack/react-query';
import { connections, schedules } from '../api/queries.ts';
import { day, when } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { signOut, useMe } from '../session/gate.tsx';

export function Settings() {
  return (
    <Page title="Settings" sub="Orgs that Assay reads, when it reads them, and what you may do here.">
      <div className="grid split">
        <div className="stack">
          <Orgs />
          <Schedules />
        </div>
        <You />
      </div>
    </Page>
  );
}

function Orgs() {
  const answer = useQuery(connections);
  return (
    <Card title="Orgs">
      {answer.isPending && <Waiting what="Orgs" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Login</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {answer.data.data.map((one) => (
              <tr key={one.id}>
                <td>
                  <span className="strong">{one.name}</span>
                  <div className="small mono">{one.id}</div>
                </td>
                <td>{one.loginUrl ?? 'By the settings of the service'}</td>
                <td className="nowrap">{day(one.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Schedules() {
  const answer = useQuery(schedules);
  return (
    <Card title="Schedules">
      {answer.isPending && <Waiting what="Schedules" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.length === 0 && (
        <p className="small">Nothing runs by itself yet. Put a schedule on the API: PUT /v1/schedules.</p>
      )}
      {answer.data && answer.data.data.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">When</th>
              <th scope="col">Next</th>
            </tr>
          </thead>
          <tbody>
            {answer.data.data.map((one) => (
              <tr key={one.id}>
                <td className="strong">{one.id}</td>
                <td>
                  <span className="mono">{one.cron}</span> <span className="small dim">{one.timeZone}</span>
                </td>
                <td className="nowrap">{one.isEnabled ? when(one.nextAt) : <span className="tag">off</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const meaning: Record<string, string> = {
  'data:read': 'See states, counts and scores',
  'pii:read': 'See names, e-mails and telephones',
  'runs:write': 'Start and cancel syncs',
  'reviews:write': 'Decide on duplicates, and set values by hand',
  'config:write': 'Change orgs, schedules and rules',
  admin: 'Everything, keys included',
};

function You() {
  const { name, scopes, expiresAt } = useMe();
  return (
    <Card title={name}>
      <p className="small">
        {expiresAt === null ? 'Your key has no end.' : `Your key ends on ${day(expiresAt)}.`} With it you may:
      </p>
      <ul className="plain">
        {scopes.map((one) => (
          <li key={one}>
            {meaning[one] ?? one} <span className="mono small dim">{one}</span>
          </li>
        ))}
      </ul>
      <div className="filters spaced">
        <button type="button" className="button" onClick={() => void signOut(true)}>
          Sign out everywhere
        </button>
      </div>
    </Card>
  );
}
