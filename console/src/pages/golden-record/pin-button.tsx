/** A published value set by hand, with the reason kept; or given back to the records. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, type Shape } from '../../api/client.ts';
import { standingPin } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useEditBase } from '../../components/edited-version.ts';
import { Field } from '../../components/field.tsx';
import { valueText, words } from '../../components/format.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Survivor = Shape<'DuplicateDetail'>['survivors'][number];
type PinProps = { goldenId: string; field: string; value: Survivor };

export function PinButton({ goldenId, field, value }: PinProps) {
  const queries = useQueryClient();
  const say = useToast();
  const [isOpen, setOpen] = useState(false);
  const may = useMay('reviews:write');
  // What the page shows is what is given back: it is not read anew behind the reader's back.
  const standing = useQuery({
    ...standingPin(goldenId, field),
    enabled: may && value.pinnedBy !== null,
    staleTime: Infinity,
  });
  const release = useMutation({
    mutationFn: () => {
      const header = { 'if-match': standing.data?.etag ?? '' };
      const params = { path: { goldenId, field }, header };
      return dataOf(client.DELETE('/v1/golden/{goldenId}/fields/{field}/pin', { params }));
    },
    onSuccess: () => {
      say('Given back: with the next sync the records say it again.');
      void queries.invalidateQueries({ queryKey: ['/v1/duplicates', goldenId] });
    },
    onError: () => standing.refetch(),
  });
  if (!may || Array.isArray(value.value)) return null;
  if (value.pinnedBy !== null)
    return (
      <>
        <button
          type="button"
          className="button link"
          disabled={release.isPending || !standing.isSuccess}
          onClick={() => release.mutate()}
        >
          Give back
        </button>
        {release.isError && (
          <NotTaken error={release.error} by={standing.data?.pin?.pinnedBy} isKept={false}>
            <Standing pin={standing.data?.pin} />
          </NotTaken>
        )}
      </>
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

type Pin = Shape<'StandingPin'>;

function Standing({ pin }: { pin: Pin | null | undefined }) {
  if (!pin) return <p>It is given back to the records.</p>;
  return (
    <p>
      Now set by hand: {pin.value ?? 'none'} ({pin.reason}).
    </p>
  );
}

function PinForm({ goldenId, field, value, onDone }: PinProps & { onDone: () => void }) {
  const queries = useQueryClient();
  const say = useToast();
  const answer = useQuery(standingPin(goldenId, field));
  const pinned = answer.data?.pin;
  const base = useEditBase(answer.data?.etag, () =>
    queries.fetchQuery({ ...standingPin(goldenId, field), staleTime: 0 }),
  );
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (pinned ? (pinned.value ?? '') : value.value === null ? '' : valueText(value.value));
  const [reason, setReason] = useState('');
  const pin = useMutation({
    mutationFn: () =>
      dataOf(
        client.PUT('/v1/golden/{goldenId}/fields/{field}/pin', {
          params: { path: { goldenId, field }, header: { 'if-match': base.ifMatch } },
          body: { value: text === '' ? null : text, reason },
        }),
      ),
    onSuccess: () => {
      say('Set: it outranks all records from the next sync on.');
      onDone();
      void queries.invalidateQueries({ queryKey: ['/v1/duplicates', goldenId] });
    },
    onError: base.onError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pin.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label="Value" hint="Salesforce stays as it is; this is what is published. Empty publishes none.">
        <input
          className="input"
          autoFocus
          value={text}
          onChange={(event) => {
            base.begin();
            setTyped(event.target.value);
          }}
        />
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
      {pin.isError && (
        <NotTaken error={pin.error} by={pinned?.pinnedBy}>
          <Standing pin={pinned} />
        </NotTaken>
      )}
      <div className="actions">
        <button type="button" className="button quiet" onClick={onDone}>
          Back
        </button>
        <button
          type="submit"
          className="button first"
          disabled={pin.isPending || !answer.isSuccess || reason.trim() === ''}
        >
          Set it
        </button>
      </div>
    </form>
  );
}
