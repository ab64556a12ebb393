/** A published value set by hand, with the reason kept; or given back to the records. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { valueText, words } from '../../components/format.ts';
import { Failure } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Survivor = Shape<'DuplicateDetail'>['survivors'][number];
type PinProps = { goldenId: string; field: string; value: Survivor };

export function PinButton({ goldenId, field, value }: PinProps) {
  const queries = useQueryClient();
  const say = useToast();
  const [isOpen, setOpen] = useState(false);
  const params = { path: { goldenId, field } };
  const release = useMutation({
    mutationFn: () => dataOf(client.DELETE('/v1/golden/{goldenId}/fields/{field}/pin', { params })),
    onSuccess: () => {
      say('Given back: with the next sync the records say it again.');
      void queries.invalidateQueries({ queryKey: ['/v1/duplicates', goldenId] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  if (!useMay('reviews:write') || Array.isArray(value.value)) return null;
  if (value.pinnedBy !== null)
    return (
      <button type="button" className="button link" disabled={release.isPending} onClick={() => release.mutate()}>
        Give back
      </button>
    );
  return (
    <>
      <button
        type="button"
        className="button link"
        onClick={() => setOpen(true)}
        aria-label={`Set ${words(field)} by hand`}
      >
        Set
      </button>
      <Dialog title={`Set ${words(field).toLowerCase()} by hand`} isOpen={isOpen} onClose={() => setOpen(false)}>
        <PinForm goldenId={goldenId} field={field} value={value} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function PinForm({ goldenId, field, value, onDone }: PinProps & { onDone: () => void }) {
  const queries = useQueryClient();
  const say = useToast();
  const [text, setText] = useState(value.value === null ? '' : valueText(value.value));
  const [reason, setReason] = useState('');
  const pin = useMutation({
    mutationFn: () =>
      dataOf(
        client.PUT('/v1/golden/{goldenId}/fields/{field}/pin', {
          params: { path: { goldenId, field } },
          body: { value: text === '' ? null : text, reason },
        }),
      ),
    onSuccess: () => {
      say('Set: it outranks all records from the next sync on.');
      onDone();
      void queries.invalidateQueries({ queryKey: ['/v1/duplicates', goldenId] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pin.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label="Value" hint="Salesforce stays as it is; this is what is published. Empty publishes none.">
        <input className="input" autoFocus value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Field label="Why">
        <input
          className="input"
          required
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      {pin.isError && <Failure error={pin.error} />}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onDone}>
          Back
        </button>
        <button type="submit" className="button first" disabled={pin.isPending || reason.trim() === ''}>
          Set it
        </button>
      </div>
    </form>
  );
}
