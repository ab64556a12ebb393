/** One rule: what it asks, what is set, and what a change would do before it is saved. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { ruleById, ruleHistory } from '../api/queries.ts';
import { useDraft } from '../components/draft.ts';
import { useEditBase } from '../components/edited-version.ts';
import { plural, when, words } from '../components/format.ts';
import { NotTaken } from '../components/not-taken.tsx';
import { Card, Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { useToast } from '../components/toasts.tsx';
import { useMay } from '../session/gate.tsx';
import { RuleEvidenceCard } from './rule-evidence.tsx';
import { Outcome } from './rules/outcome.tsx';
import { RemoveRule } from './rules/remove-rule.tsx';

type Rule = Shape<'Rule'>;
type Value = Rule['parameters'][number]['value'];
/** What one has changed on the page; the rest stays as it stands, whoever sets it. */
type Edits = Partial<Omit<Draft, 'parameters'>> & Pick<Draft, 'parameters'>;
type Draft = { isOn: boolean; severity: Rule['severity']; parameters: Record<string, Value> };

const route = getRouteApi('/rules/$ruleId');
const draftOf = (rule: Rule): Draft => ({
  isOn: rule.isOn,
  severity: rule.severity,
  parameters: Object.fromEntries(rule.parameters.map(({ name, value }) => [name, value])),
});

export function RulePage() {
  const { ruleId } = route.useParams();
  const answer = useQuery(ruleById(ruleId));
  const may = useMay('config:write');
  const [taken, setTaken] = useState<{ name: string; value: number } | null>(null);
  if (answer.isPending) return <Waiting what="The rule" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const { rule, etag } = answer.data;
  return (
    <Page
      title={rule.title}
      sub={
        <>
          {rule.object} · {words(rule.dimension)} · {rule.advice}
        </>
      }
      actions={
        <>
          {may && rule.origin === 'form' && <RemoveRule rule={rule} etag={etag} />}
          <Link to="/findings" search={{ rule: rule.id }} className="button">
            {rule.violatedCount === null ? 'Findings' : plural(rule.violatedCount, 'finding')}
          </Link>
        </>
      }
    >
      <div className="grid split">
        <Settings key={`${rule.id} ${taken?.value}`} rule={rule} etag={etag} taken={taken} />
        <div className="stack">
          <RuleEvidenceCard ruleId={rule.id} onTake={may ? setTaken : null} />
          <History ruleId={rule.id} />
        </div>
      </div>
    </Page>
  );
}

/** Only what differs from what holds now. */
function changeOf(rule: Rule, draft: Draft) {
  const now = draftOf(rule);
  const parameters = Object.fromEntries(
    Object.entries(draft.parameters).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(now.parameters[name]),
    ),
  );
  return {
    ...(draft.isOn === now.isOn ? {} : { isOn: draft.isOn }),
    ...(draft.severity === now.severity ? {} : { severity: draft.severity }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

type SettingsProps = {
  rule: Rule;
  etag: string;
  /** A threshold that the evidence offers. */ taken: { name: string; value: number } | null;
};

function Settings({ rule, etag, taken }: SettingsProps) {
  const queries = useQueryClient();
  const say = useToast();
  const may = useMay('config:write');
  const [edits, setEdits] = useState<Edits>({ parameters: taken === null ? {} : { [taken.name]: taken.value } });
  const now = draftOf(rule);
  const draft: Draft = { ...now, ...edits, parameters: { ...now.parameters, ...edits.parameters } };
  const base = useEditBase(etag, () => queries.fetchQuery({ ...ruleById(rule.id), staleTime: 0 }));
  const [reason, setReason, forgetReason] = useDraft(`rule ${rule.id}`, '');
  const [testId, setTestId] = useState<string | null>(null);
  const change = changeOf(rule, draft);
  const isChanged = Object.keys(change).length > 0;
  const edit = (more: Partial<Edits>) => {
    base.begin();
    setEdits((before) => ({ ...before, ...more, parameters: { ...before.parameters, ...more.parameters } }));
    // What was measured was of another change.
    setTestId(null);
  };
  const test = useMutation({
    mutationFn: () =>
      dataOf(client.POST('/v1/rules/{ruleId}/backtests', { params: { path: { ruleId: rule.id } }, body: change })),
    onSuccess: ({ id }) => setTestId(id),
    onError: (error) => say(sentenceOf(error)),
  });
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        client.PATCH('/v1/rules/{ruleId}', {
          params: { path: { ruleId: rule.id }, header: { 'if-match': base.ifMatch } },
          body: { ...change, reason, ...(testId === null ? {} : { backtestId: testId }) },
        }),
      ),
    onSuccess: async () => {
      forgetReason();
      say('Saved. The next sync obeys.');
      await queries.invalidateQueries({ queryKey: ['/v1/rules'] });
      undo();
    },
    onError: async (error) => {
      await base.onError(error);
      // A trial was one against what stood before.
      setTestId(null);
      void queries.invalidateQueries({ queryKey: ['/v1/rules', rule.id, 'history'] });
    },
  });
  const undo = () => {
    setEdits({ parameters: {} });
    setTestId(null);
    base.end();
  };
  return (
    <Card title="Settings">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <fieldset disabled={!may}>
          <label className="check">
            <input type="checkbox" checked={draft.isOn} onChange={(event) => edit({ isOn: event.target.checked })} />{' '}
            The rule is on
          </label>
          <label className="field">
            Severity
            <select
              className="select"
              value={draft.severity}
              onChange={(event) => edit({ severity: event.target.value as Draft['severity'] })}
            >
              <option value="warn">Warning</option>
              <option value="critical">Critical</option>
            </select>
          </label>
          {rule.parameters.map((one) => (
            <ParameterField
              key={one.name}
              parameter={one}
              value={draft.parameters[one.name] ?? one.value}
              onChange={(value) => edit({ parameters: { [one.name]: value } })}
            />
          ))}
          {save.isError && (
            <NotTaken error={save.error} by={rule.changedBy}>
              <Theirs rule={rule} change={change} />
            </NotTaken>
          )}
          {isChanged && (
            <>
              <div className="filters">
                <button
                  type="button"
                  className="button"
                  disabled={test.isPending || testId !== null}
                  onClick={() => test.mutate()}
                >
                  See what it would do
                </button>
                <button
                  type="button"
                  className="button quiet"
                  onClick={() => {
                    undo();
                    save.reset();
                  }}
                >
                  Undo changes
                </button>
              </div>
              <Outcome testId={testId} />
              <label className="field">
                Why you change it
                <input
                  className="input"
                  required
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                  placeholder="Colleagues read this in the history"
                />
              </label>
              <div className="filters">
                <button type="submit" className="button first" disabled={save.isPending || reason.trim() === ''}>
                  Save
                </button>
              </div>
            </>
          )}
        </fieldset>
        {!may && <p className="small dim">Your key may look at rules, and not change them.</p>}
      </form>
    </Card>
  );
}

/** What stands where one wants something else. */
function Theirs({ rule, change }: { rule: Rule; change: ReturnType<typeof changeOf> }) {
  const lines = [
    ...('isOn' in change ? [rule.isOn ? 'The rule is on' : 'The rule is off'] : []),
    ...('severity' in change ? [`Severity: ${words(rule.severity)}`] : []),
    ...rule.parameters
      .filter(({ name }) => name in (change.parameters ?? {}))
      .map(({ description, value }) => `${description}: ${Array.isArray(value) ? value.join(', ') : value}`),
  ];
  if (lines.length === 0) return null;
  return <p>Now set: {lines.join('; ')}.</p>;
}

type ParameterProps = { parameter: Rule['parameters'][number]; value: Value; onChange: (value: Value) => void };

function ParameterField({ parameter, value, onChange }: ParameterProps) {
  const { description, unit, min, max, type } = parameter;
  const label = unit === undefined ? description : `${description}, in ${unit}`;
  if (type === 'number')
    return (
      <label className="field">
        {label}
        <input
          className="input number"
          type="number"
          required
          min={min}
          max={max}
          value={String(value)}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <span className="dim">Default: {String(parameter.default)}</span>
      </label>
    );
  return <Lines label={label} value={value as string[]} onChange={onChange} />;
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

function Lines({ label, value, onChange }: { label: string; value: string[]; onChange: (value: string[]) => void }) {
  const [typed, setTyped] = useState(value.join('\n'));
  // An empty line is where somebody is about to write; what was set elsewhere stands otherwise.
  const text = linesOf(typed).join('\n') === value.join('\n') ? typed : value.join('\n');
  return (
    <label className="field">
      {label}, one a line
      <textarea
        className="input"
        rows={5}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(linesOf(event.target.value));
        }}
      />
    </label>
  );
}

function History({ ruleId }: { ruleId: string }) {
  const answer = useQuery(ruleHistory(ruleId));
  return (
    <Card title="Who changed it, and why">
      {answer.isPending && <Waiting what="The history" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.length === 0 && <p className="small">Nobody has: it is as it came.</p>}
      <ol className="timeline">
        {answer.data?.data.map((one, at) => (
          <li key={`${one.at} ${at}`}>
            <span className="strong">{words(one.kind)}</span>
            {one.by !== null && ` by ${one.by}`} <span className="small dim">{when(one.at)}</span>
            {one.reason !== null && <div className="small">{one.reason}</div>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
