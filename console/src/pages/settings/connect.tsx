/** Connect an org: the app made in Salesforce, its login, what is left out; tested before the first sync. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, dataOf, Refusal, type Shape } from '../../api/client.ts';
import { useDraft } from '../../components/draft.ts';
import { Field } from '../../components/field.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Failure } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';
import { Sight } from './sight.tsx';

type Flow = Shape<'ConnectionRequestInput'>['flow'];
type Draft = { name: string; loginUrl: string; flow: Flow; clientId: string; username: string; exclude: string };

const empty: Draft = { name: '', loginUrl: '', flow: 'client_credentials', clientId: '', username: '', exclude: '' };
const flows: readonly (readonly [Flow, string, string])[] = [
  [
    'client_credentials',
    'Client credentials',
    'The app logs in by itself, as the user you choose in its policies. The least to set up.',
  ],
  [
    'jwt_bearer',
    'JWT bearer',
    'The app logs in as a user by a key that only Assay holds. No secret that Salesforce knows.',
  ],
];
const callbackHint =
  'Setup, App Manager, New External Client App: turn OAuth on, with the scopes api and refresh_token.';

export function Connect() {
  const may = useMay('config:write');
  const [draft, setDraft, forget] = useDraft('connect', empty);
  // Secrets are typed anew rather than kept.
  const [secret, setSecret] = useState('');
  const [made, setMade] = useState<Shape<'Connection'> | null>(null);
  const queries = useQueryClient();
  const edit = (more: Partial<Draft>) => setDraft({ ...draft, ...more });
  const add = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/connections', { body: bodyOf(draft, secret) })),
    onSuccess: (connection) => {
      setMade(connection);
      setSecret('');
      forget();
      void queries.invalidateQueries({ queryKey: ['/v1/connections'] });
    },
  });
  const faultOf = (name: string) =>
    add.error instanceof Refusal
      ? add.error.problem.errors.find(({ pointer }) => pointer === `/${name}`)?.message
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Page
      title="Connect an org"
      sub="Assay reads your org by an app that you make there, and never writes to it. Ten minutes, once."
      actions={
        <Link to="/settings" className="button">
          Settings
        </Link>
      }
    >
      <div className="grid split">
        {made === null ? (
          <Card title="The login">
            <form className="form" onSubmit={submit}>
              <fieldset disabled={!may || add.isPending}>
                <Field label="Name" hint="As colleagues call it." fault={faultOf('name')}>
                  <input
                    className="input"
                    required
                    maxLength={100}
                    value={draft.name}
                    onChange={(event) => edit({ name: event.target.value })}
                  />
                </Field>
                <Field
                  label="My Domain"
                  hint="Where you log in, like https://yours.my.salesforce.com; of a sandbox, yours--name.sandbox.my.salesforce.com."
                  fault={faultOf('loginUrl')}
                >
                  <input
                    className="input"
                    type="url"
                    required
                    placeholder="https://yours.my.salesforce.com"
                    value={draft.loginUrl}
                    onChange={(event) => edit({ loginUrl: event.target.value })}
                  />
                </Field>
                <Flows value={draft.flow} onChange={(flow) => edit({ flow })} />
                <Field label="Consumer key" hint="Of the app: Settings, OAuth Settings." fault={faultOf('clientId')}>
                  <input
                    className="input mono"
                    required
                    autoComplete="off"
                    value={draft.clientId}
                    onChange={(event) => edit({ clientId: event.target.value })}
                  />
                </Field>
                {draft.flow === 'jwt_bearer' ? (
                  <>
                    <Field label="User name" hint="The user whom Assay reads as." fault={faultOf('username')}>
                      <input
                        className="input"
                        required
                        autoComplete="off"
                        value={draft.username}
                        onChange={(event) => edit({ username: event.target.value })}
                      />
                    </Field>
                    <Field
                      label="Private key"
                      hint="RSA, in PEM; its certificate is in the app. Encrypted here, never shown again."
                      fault={faultOf('privateKey')}
                    >
                      <textarea
                        className="input mono"
                        required
                        rows={5}
                        spellCheck={false}
                        value={secret}
                        onChange={(event) => setSecret(event.target.value)}
                      />
                    </Field>
                  </>
                ) : (
                  <Field
                    label="Consumer secret"
                    hint="Encrypted here, never shown again."
                    fault={faultOf('clientSecret')}
                  >
                    <input
                      className="input mono"
                      type="password"
                      required
                      autoComplete="off"
                      value={secret}
                      onChange={(event) => setSecret(event.target.value)}
                    />
                  </Field>
                )}
                <Field
                  label="Never read"
                  hint="Objects and fields, one a line, such as Case or Contact.Birthdate. They are not asked for at all."
                  fault={faultOf('exclude')}
                >
                  <textarea
                    className="input mono"
                    rows={3}
                    spellCheck={false}
                    value={draft.exclude}
                    onChange={(event) => edit({ exclude: event.target.value })}
                  />
                </Field>
                {add.isError && <Failure error={add.error} />}
                <div className="filters">
                  <button type="submit" className="button first">
                    {add.isPending ? 'Connecting …' : 'Connect and test'}
                  </button>
                </div>
              </fieldset>
              {!may && <p className="small dim">Your key may not connect orgs. An admin can.</p>}
            </form>
          </Card>
        ) : (
          <Made connection={made} onAnother={() => setMade(null)} />
        )}
        <Card title="In Salesforce">
          <ol className="plain">
            <li>{callbackHint}</li>
            <li>
              {draft.flow === 'jwt_bearer'
                ? 'Turn the JWT bearer flow on and upload the certificate of your key.'
                : 'Turn the client credentials flow on, and choose the user it runs as in the policies.'}
            </li>
            <li>
              Give that user “View All” on the objects Assay shall read, by a permission set. No right to edit is
              needed.
            </li>
            <li>Copy the consumer key{draft.flow === 'jwt_bearer' ? '' : ' and secret'} into this form.</li>
          </ol>
          <p className="small">
            Testing costs a few API requests. A sync stops before it takes more of the day’s requests than the service
            is set to; the rest is read the next night.
          </p>
          <p className="small">
            No org at hand? <span className="mono">npm run demo</span> starts one on your machine.
          </p>
        </Card>
      </div>
    </Page>
  );
}

function bodyOf(draft: Draft, secret: string): Shape<'ConnectionRequestInput'> {
  const { name, loginUrl, flow, clientId } = draft;
  const exclude = draft.exclude
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const login =
    flow === 'jwt_bearer' ? { username: draft.username.trim(), privateKey: secret } : { clientSecret: secret };
  return { name: name.trim(), loginUrl: loginUrl.trim(), flow, clientId: clientId.trim(), ...login, exclude };
}

function Flows({ value, onChange }: { value: Flow; onChange: (flow: Flow) => void }) {
  return (
    <fieldset className="choices">
      <legend>How Assay logs in</legend>
      {flows.map(([flow, label, says]) => (
        <label key={flow} className="check">
          <input type="radio" name="flow" checked={value === flow} onChange={() => onChange(flow)} />
          <span>
            <strong>{label}</strong>
            <span className="small dim"> {says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** It is kept; whether it logs in is asked at once. */
function Made({ connection, onAnother }: { connection: Shape<'Connection'>; onAnother: () => void }) {
  const queries = useQueryClient();
  const say = useToast();
  const may = useMay('runs:write');
  const test = useMutation({
    mutationFn: () =>
      dataOf(client.POST('/v1/connections/{connectionId}/test', { params: { path: { connectionId: connection.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/v1/connections'] }),
  });
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    setAsked(true);
    test.mutate();
  }
  const start = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/syncs', { body: { connection: connection.id } })),
    onSuccess: () => {
      say('The first sync has begun.');
      void queries.invalidateQueries({ queryKey: ['/v1/syncs'] });
    },
    onError: (error) => say(error.message),
  });
  return (
    <Card title={connection.name}>
      <p>The login is kept, its secret encrypted.</p>
      {test.isPending && <p className="small">Testing the login …</p>}
      {test.isError && <Failure error={test.error} onRetry={() => test.mutate()} />}
      {test.data && <Sight sight={test.data} />}
      <div className="filters spaced">
        {test.data?.isOk === true && may && (
          <button
            type="button"
            className="button first"
            disabled={start.isPending || start.isSuccess}
            onClick={() => start.mutate()}
          >
            Start the first sync
          </button>
        )}
        {test.data?.isOk === false && (
          <button type="button" className="button" onClick={() => test.mutate()}>
            Test again
          </button>
        )}
        <button type="button" className="button quiet" onClick={onAnother}>
          Connect another
        </button>
      </div>
    </Card>
  );
}
