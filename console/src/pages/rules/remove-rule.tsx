/** A rule that was made by form is taken away again, as it was seen. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, doneOf, type Shape } from '../../api/client.ts';
import { ruleById } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useEditBase } from '../../components/edited-version.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { useToast } from '../../components/toasts.tsx';

export function RemoveRule({ rule, etag }: { rule: Shape<'Rule'>; etag: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const say = useToast();
  const [isAsked, setAsked] = useState(false);
  const base = useEditBase(etag, () => queries.fetchQuery({ ...ruleById(rule.id), staleTime: 0 }));
  const remove = useMutation({
    mutationFn: () =>
      doneOf(
        client.DELETE('/v1/rules/{ruleId}', {
          params: { path: { ruleId: rule.id }, header: { 'if-match': base.ifMatch } },
        }),
      ),
    onSuccess: () => {
      say('Removed: its findings close with the next sync.');
      void queries.invalidateQueries({ queryKey: ['/v1/rules'] });
      void navigate({ to: '/rules' });
    },
    onError: base.onError,
  });
  return (
    <>
      <button type="button" className="button quiet" onClick={() => setAsked(true)}>
        Remove
      </button>
      <Dialog title={`Remove “${rule.title}”`} isOpen={isAsked} onClose={() => setAsked(false)}>
        <p>Its findings close with the next sync. What it found until now stays in the history of the scores.</p>
        {remove.isError && <NotTaken error={remove.error} by={rule.changedBy} isKept={false} />}
        <div className="actions">
          <button type="button" className="button quiet" onClick={() => setAsked(false)}>
            Back
          </button>
          <button type="button" className="button first" disabled={remove.isPending} onClick={() => remove.mutate()}>
            Remove the rule
          </button>
        </div>
      </Dialog>
    </>
  );
}
