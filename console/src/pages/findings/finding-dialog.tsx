/** What a person does about one finding: gives it to somebody, says how far it is, or leaves the record as it is. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, type Shape } from '../../api/client.ts';
import { findingById, findingCounts } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useDraft } from '../../components/draft.ts';
import { useEditBase } from '../../components/edited-version.ts';
import { Field } from '../../components/field.tsx';
import { ago, words } from '../../components/format.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { Failure } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';

type Finding = Shape<'Finding'>;
export type Deed = 'assign' | 'waive';
type FormProps = { row: Finding; onClose: () => void };

export function FindingDialog({ row, deed, onClose }: FormProps & { deed: Deed }) {
  const title = deed === 'waive' ? 'Is this right as it is?' : 'Who mends it?';
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <p>
        {row.title ?? words(row.ruleId)}: {row.recordName ?? row.recordId}.
      </p>
      {deed === 'waive' ? <Waive row={row} onClose={onClose} /> : <Assign row={row} onClose={onClose} />}
    </Dialog>
  );
}

function Waive({ row, onClose }: FormProps) {
  const queries = useQueryClient();
  const say = useToast();
  const [reason, setReason, forget] = useDraft(`waive ${row.id}`, '');
  const [days, setDays] = useState('');
  const waive = useMutation({
    mutationFn: () =>
      dataOf(
        client.POST('/v1/waivers', {
          body: {
            findingId: row.id,
            reason,
            ...(days === '' ? {} : { until: new Date(Date.now() + Number(days) * 24 * 3_600_000).toISOString() }),
          },
        }),
      ),
    onSuccess: () => {
      forget();
      onClose();
      say('Waived: it counts no more from the next sync on.');
      void queries.invalidateQueries({ queryKey: ['/v1/findings'] });
      void queries.invalidateQueries({ queryKey: ['/v1/queues'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    waive.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="small">A waived finding counts no more, and stays in the list of waivers with your name.</p>
      <Field label="Why">
        <input
          className="input"
          required
          autoFocus
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <Field label="For how long">
        <select className="select" value={days} onChange={(event) => setDays(event.target.value)}>
          <option value="">Until somebody lifts it</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
          <option value="365">A year</option>
        </select>
      </Field>
      {waive.isError && <Failure error={waive.error} />}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onClose}>
          Back
        </button>
        <button type="submit" className="button first" disabled={waive.isPending || reason.trim() === ''}>
          Waive it
        </button>
      </div>
    </form>
  );
}

const works = [
  ['new', 'Not begun'],
  ['in-progress', 'In progress'],
  ['blocked', 'Blocked'],
] as const;

function Assign({ row, onClose }: FormProps) {
  const queries = useQueryClient();
  const say = useToast();
  const owners = useQuery(findingCounts({ by: 'owner' })).data?.data ?? [];
  const current = useQuery(findingById(row.id));
  const base = useEditBase(current.data?.etag, () => queries.fetchQuery({ ...findingById(row.id), staleTime: 0 }));
  const now = current.data?.finding ?? row;
  const notes = current.data?.finding.notes ?? [];
  const [chosen, setChosen] = useState<{ assigneeId?: string; state?: Finding['workState'] }>({});
  const assigneeId = chosen.assigneeId ?? now.assigneeId ?? now.ownerId ?? '';
  const state = chosen.state ?? now.workState;
  const choose = (more: typeof chosen) => {
    base.begin();
    setChosen({ ...chosen, ...more });
  };
  const [comment, setComment, forget] = useDraft(`assign ${row.id}`, '');
  const assign = useMutation({
    mutationFn: () =>
      dataOf(
        client.PATCH('/v1/findings/{findingId}', {
          params: { path: { findingId: row.id }, header: { 'if-match': base.ifMatch } },
          body: {
            assigneeId: assigneeId === '' ? null : assigneeId,
            state,
            ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
          },
        }),
      ),
    onSuccess: (kept) => {
      forget();
      onClose();
      say(kept.assigneeId === null ? 'Nobody has it now.' : `${kept.assigneeName ?? kept.assigneeId} has it now.`);
      void queries.invalidateQueries({ queryKey: ['/v1/findings'] });
    },
    onError: base.onError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    assign.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label="Assignee">
        <select className="select" value={assigneeId} onChange={(event) => choose({ assigneeId: event.target.value })}>
          <option value="">Nobody</option>
          {owners.map(({ value, name }) =>
            value === null ? null : (
              <option key={value} value={value}>
                {name ?? value}
              </option>
            ),
          )}
        </select>
      </Field>
      <Field label="How far it is">
        <select
          className="select"
          value={state}
          onChange={(event) => choose({ state: event.target.value as typeof state })}
        >
          {works.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Note, if you like">
        <input
          className="input"
          maxLength={1000}
          value={comment}
          onChange={(event) => {
            base.begin();
            setComment(event.target.value);
          }}
        />
      </Field>
      {notes.length > 0 && (
        <ul className="rows">
          {notes.slice(0, 5).map((note) => (
            <li key={note.madeAt} className="small">
              <strong>{note.madeBy}</strong> {note.comment ?? note.state ?? 'gave it away'}{' '}
              <span className="dim">{ago(note.madeAt)}</span>
            </li>
          ))}
        </ul>
      )}
      {assign.isError && (
        <NotTaken error={assign.error} by={notes[0]?.madeBy}>
          <p>
            Now set: {now.assigneeName ?? now.assigneeId ?? 'nobody'} has it;{' '}
            {works.find(([value]) => value === now.workState)?.[1].toLowerCase()}.
          </p>
        </NotTaken>
      )}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onClose}>
          Back
        </button>
        <button type="submit" className="button first" disabled={assign.isPending || !current.isSuccess}>
          Save
        </button>
      </div>
    </form>
  );
}
