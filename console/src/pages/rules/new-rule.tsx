/** A rule of one's own: which records break it, tried on all of them before it is made. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, dataOf, faultsOf, type Shape } from '../../api/client.ts';
import { backtestById, ruleColumns } from '../../api/queries.ts';
import { useDraft } from '../../components/draft.ts';
import { Field } from '../../components/field.tsx';
import { words } from '../../components/format.ts';
import { Card, Page } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { dimensionNames } from '../../components/vocabulary.ts';
import { useMay } from '../../session/gate.tsx';
import { type Column, type Condition, Conditions, sentOf } from './conditions.tsx';
import { Outcome } from './outcome.tsx';

type Draft = {
  object: string;
  field: string;
  title: string;
  advice: string;
  dimension: Shape<'Rule'>['dimension'];
  severity: Shape<'Rule'>['severity'];
  match: 'all' | 'any';
  violated: Condition[];
  applies: Condition[];
};

const blank: Draft = {
  object: 'Contact',
  field: '',
  title: '',
  advice: '',
  dimension: 'completeness',
  severity: 'warn',
  match: 'all',
  violated: [{ field: '', operator: 'is-blank', value: '' }],
  applies: [],
};

export function NewRule() {
  const columns = useQuery(ruleColumns);
  const may = useMay('config:write');
  return (
    <Page
      title="A rule of your own"
      sub="Say which records break it. Assay tries it on all of them first, and tells what it would find."
    >
      {!may && <p>Your key may look at rules, and not make them.</p>}
      {columns.isPending && <Waiting what="The columns" lines={8} />}
      {columns.isError && <Failure error={columns.error} onRetry={() => void columns.refetch()} />}
      {may && columns.data && <Form objects={columns.data.data} />}
    </Page>
  );
}

type FormProps = { objects: { object: string; columns: Column[] }[] };

function Form({ objects }: FormProps) {
  const say = useToast();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft, forget] = useDraft<Draft>('new rule', blank);
  const [reason, setReason, forgetReason] = useDraft('new rule reason', '');
  const [testId, setTestId] = useState<string | null>(null);
  const tested = useQuery(backtestById(testId)).data;
  const columns = objects.find(({ object }) => object === draft.object)?.columns ?? [];
  const edit = (more: Partial<Draft>) => {
    setDraft({ ...draft, ...more });
    // What was tried was another rule.
    setTestId(null);
    test.reset();
  };
  const test = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/backtests', { body: { form: formOf(draft, columns) } })),
    onSuccess: ({ id }) => setTestId(id),
  });
  const make = useMutation({
    mutationFn: () =>
      dataOf(client.POST('/v1/rules', { body: { id: idOf(draft.title), backtestId: testId ?? '', reason } })),
    onSuccess: ({ id }) => {
      say('Made: the next sync asks it.');
      forget();
      forgetReason();
      void queries.invalidateQueries({ queryKey: ['/v1/rules'] });
      void navigate({ to: '/rules/$ruleId', params: { ruleId: id } });
    },
  });
  const faults = faultsOf(test.error);
  const of = (pointer: string) => faults.find((one) => one.pointer.replace('/form', '') === pointer)?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tested?.state === 'done') make.mutate();
    else test.mutate();
  };
  return (
    <form className="grid split" onSubmit={submit}>
      <Card title="What it finds">
        <div className="form">
          <Field label="Object" fault={of('/object')}>
            <select
              className="select"
              value={draft.object}
              onChange={(event) =>
                edit({ object: event.target.value, field: '', violated: blank.violated, applies: [] })
              }
            >
              {objects.map(({ object }) => (
                <option key={object}>{object}</option>
              ))}
            </select>
          </Field>
          <Conditions
            what="It is broken when"
            part="violated"
            columns={columns}
            conditions={draft.violated}
            least={1}
            faultOf={of}
            onEdit={(violated) => edit({ violated })}
          />
          {draft.violated.length > 1 && (
            <Field label="How many of these must hold">
              <select
                className="select"
                value={draft.match}
                onChange={(event) => edit({ match: event.target.value as Draft['match'] })}
              >
                <option value="all">All of them</option>
                <option value="any">Any of them</option>
              </select>
            </Field>
          )}
          <Conditions
            what="Asked only where"
            part="applies"
            columns={columns}
            conditions={draft.applies}
            least={0}
            faultOf={of}
            onEdit={(applies) => edit({ applies })}
          />
        </div>
      </Card>
      <Card title="What people read">
        <div className="form">
          <Field label="Title" hint="What it finds, such as: Customer without a department" fault={of('/title')}>
            <input
              className="input"
              required
              maxLength={200}
              value={draft.title}
              onChange={(event) => edit({ title: event.target.value })}
            />
          </Field>
          <Field label="What to do in Salesforce" fault={of('/advice')}>
            <textarea
              className="input"
              required
              rows={2}
              maxLength={1000}
              value={draft.advice}
              onChange={(event) => edit({ advice: event.target.value })}
            />
          </Field>
          <Field label="Field it is about" hint="Left out: the whole record." fault={of('/field')}>
            <select className="select" value={draft.field} onChange={(event) => edit({ field: event.target.value })}>
              <option value="">The whole record</option>
              {columns.map(({ name, description }) => (
                <option key={name} value={name}>
                  {description}
                </option>
              ))}
            </select>
          </Field>
          <Field label="What it checks">
            <select
              className="select"
              value={draft.dimension}
              onChange={(event) => edit({ dimension: event.target.value as Draft['dimension'] })}
            >
              {dimensionNames.map((name) => (
                <option key={name} value={name}>
                  {words(name)}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Severity">
            <select
              className="select"
              value={draft.severity}
              onChange={(event) => edit({ severity: event.target.value as Draft['severity'] })}
            >
              <option value="warn">Warning</option>
              <option value="critical">Critical</option>
            </select>
          </Field>
          {test.isError && <Failure error={test.error} />}
          <Outcome testId={testId} />
          {tested?.state === 'done' ? (
            <>
              <Field label="Why you make it" hint="Colleagues read this in the history.">
                <input
                  className="input"
                  required
                  maxLength={500}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              </Field>
              {make.isError && <Failure error={make.error} />}
              <div className="filters">
                <button type="submit" className="button first" disabled={make.isPending}>
                  Make the rule
                </button>
              </div>
            </>
          ) : (
            <div className="filters">
              <button type="submit" className="button first" disabled={test.isPending || testId !== null}>
                See what it would find
              </button>
            </div>
          )}
        </div>
      </Card>
    </form>
  );
}

const formOf = ({ field, violated, applies, ...rest }: Draft, columns: Column[]) => ({
  ...rest,
  field: field === '' ? null : field,
  stale: rest.dimension === 'timeliness',
  violated: violated.map((one) => sentOf(one, columns)),
  applies: applies.map((one) => sentOf(one, columns)),
});

/** `own-` and the words of the title, as ids are written. */
const idOf = (title: string) =>
  `own-${
    title
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80) || 'rule'
  }`;
