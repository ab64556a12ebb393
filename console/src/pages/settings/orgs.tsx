/** The orgs that Assay reads: their logins, what they see, what is left out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, dataOf, type Shape } from '../../api/client.ts';
import { connectionById, connections } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useEditBase } from '../../components/edited-version.ts';
import { Field } from '../../components/field.tsx';
import { ago } from '../../components/format.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';
import { RemoveOrg } from './remove-org.tsx';
import { Sight } from './sight.tsx';

type Connection = Shape<'Connection'>;

export function Orgs() {
  const answer = useQuery(connections);
  const may = useMay('config:write');
  return (
    <Card
      title="Orgs"
      aside={
        may ? (
          <Link to="/settings/connect" className="button first">
            Connect an org
          </Link>
        ) : undefined
      }
    >
      {answer.isPending && <Waiting what="Orgs" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.length === 0 && <p className="small">No org is connected yet.</p>}
      {answer.data?.data.map((one) => (
        <Org key={one.id} org={one} />
      ))}
    </Card>
  );
}

const flows: Record<string, string> = {
  client_credentials: 'client credentials',
  jwt_bearer: 'JWT bearer',
  refresh_token: 'refresh token',
};

/** The org of the settings stays; it may get another login. */
const ofSettings = 'default';

function Org({ org }: { org: Connection }) {
  const may = useMay('config:write');
  const isAdmin = useMay('admin');
  const [isEditing, setEditing] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
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
          {org.orgId === null && org.deletedAt === null && <span className="tag">never logged in</span>}
          {org.deletedAt !== null && <span className="tag">removed {ago(org.deletedAt)}</span>}
          <div className="small dim">
            {org.instanceUrl === null ? (
              (org.loginUrl ?? 'Login by the settings of the service')
            ) : (
              <a href={org.instanceUrl} target="_blank" rel="noreferrer">
                {org.instanceUrl}
              </a>
            )}
            {org.flow !== null && ` · ${flows[org.flow] ?? org.flow}`}
            {` · changed ${ago(org.updatedAt)}`}
          </div>
          {org.exclude.length > 0 && <div className="small">Never read: {org.exclude.join(', ')}</div>}
        </div>
        {may && org.deletedAt === null && (
          <div className="buttons">
            {isAdmin && org.id !== ofSettings && (
              <button
                type="button"
                className="button quiet"
                onClick={() => setRemoving(true)}
                aria-label={`Remove ${org.name}`}
              >
                Remove
              </button>
            )}
            <button type="button" className="button" onClick={() => setEditing(true)} aria-label={`Change ${org.name}`}>
              Change
            </button>
            <button type="button" className="button" disabled={test.isPending} onClick={() => test.mutate()}>
              {test.isPending ? 'Testing …' : 'Test the login'}
            </button>
          </div>
        )}
      </div>
      {test.isError && <Failure error={test.error} onRetry={() => test.mutate()} />}
      {test.data && <Sight sight={test.data} />}
      <Dialog title={`Remove ${org.name}`} isOpen={isRemoving} onClose={() => setRemoving(false)}>
        <RemoveOrg org={org} onDone={() => setRemoving(false)} />
      </Dialog>
      <Dialog title={`Change ${org.name}`} isOpen={isEditing} onClose={() => setEditing(false)}>
        <Change org={org} onDone={() => setEditing(false)} />
      </Dialog>
    </div>
  );
}

function Change({ org, onDone }: { org: Connection; onDone: () => void }) {
  const queries = useQueryClient();
  const say = useToast();
  const current = useQuery(connectionById(org.id));
  const base = useEditBase(current.data?.etag, () => queries.fetchQuery({ ...connectionById(org.id), staleTime: 0 }));
  const now = current.data?.connection ?? org;
  // Null: not touched, so that it stays as it stands, whoever sets it.
  const [name, setName] = useState<string | null>(null);
  const [exclude, setExclude] = useState<string | null>(null);
  const [syncShare, setSyncShare] = useState<string | null>(null);
  const [totalShare, setTotalShare] = useState<string | null>(null);
  const [secret, setSecret] = useState('');
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        client.PATCH('/v1/connections/{connectionId}', {
          params: { path: { connectionId: org.id }, header: { 'if-match': base.ifMatch } },
          body: {
            ...(name === null ? {} : { name }),
            ...(exclude === null ? {} : { exclude: linesOf(exclude) }),
            ...(syncShare === null ? {} : { syncShare: shareOf(syncShare) }),
            ...(totalShare === null ? {} : { totalShare: shareOf(totalShare) }),
            ...(secret === '' ? {} : org.flow === 'jwt_bearer' ? { privateKey: secret } : { clientSecret: secret }),
          },
        }),
      ),
    onSuccess: () => {
      say('Saved. The next sync reads by it.');
      void queries.invalidateQueries({ queryKey: ['/v1/connections'] });
      onDone();
    },
    onError: base.onError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label="Name">
        <input
          className="input"
          required
          maxLength={100}
          value={name ?? now.name}
          onChange={(event) => {
            base.begin();
            setName(event.target.value);
          }}
        />
      </Field>
      <Field label="Never read" hint="Objects and fields, one a line, such as Case or Contact.Birthdate.">
        <textarea
          className="input mono"
          rows={4}
          spellCheck={false}
          value={exclude ?? now.exclude.join('\n')}
          onChange={(event) => {
            base.begin();
            setExclude(event.target.value);
          }}
        />
      </Field>
      <Percent
        label="One sync may use, %"
        value={syncShare ?? percentOf(now.syncShare)}
        onEdit={(text) => {
          base.begin();
          setSyncShare(text);
        }}
      />
      <Percent
        label="A sync waits from, %"
        value={totalShare ?? percentOf(now.totalShare)}
        onEdit={(text) => {
          base.begin();
          setTotalShare(text);
        }}
      />
      <p className="small dim">
        Of the API requests that Salesforce allows the org in a day. Left empty: as the service is set.
      </p>
      {org.flow !== null && org.flow !== 'refresh_token' && (
        <Field
          label={org.flow === 'jwt_bearer' ? 'New private key' : 'New consumer secret'}
          hint="Left empty, the one that is kept stays."
        >
          <input
            className="input"
            type="password"
            autoComplete="off"
            value={secret}
            onChange={(event) => {
              base.begin();
              setSecret(event.target.value);
            }}
          />
        </Field>
      )}
      {save.isError && (
        <NotTaken error={save.error}>
          <p>
            Now set: {now.name}; never read: {now.exclude.length === 0 ? 'nothing' : now.exclude.join(', ')}; one sync
            may use {percentOf(now.syncShare) || 'the share of the service'}
            {now.syncShare !== null && ' %'}.
          </p>
        </NotTaken>
      )}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onDone}>
          Back
        </button>
        <button type="submit" className="button first" disabled={save.isPending || !current.isSuccess}>
          Save
        </button>
      </div>
    </form>
  );
}

const shareOf = (text: string) => (text.trim() === '' ? null : Number(text) / 100);
const percentOf = (share: number | null) => (share === null ? '' : String(Math.round(1000 * share) / 10));

type PercentProps = { label: string; value: string; onEdit: (text: string) => void };

function Percent({ label, value, onEdit }: PercentProps) {
  return (
    <Field label={label}>
      <input
        className="input"
        type="number"
        min={0.1}
        max={100}
        step={0.1}
        value={value}
        onChange={(event) => onEdit(event.target.value)}
      />
    </Field>
  );
}

const linesOf = (text: string) => text.split(/[\n,]/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
