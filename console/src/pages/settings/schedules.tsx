/** When syncs start by themselves: seen, set, switched off. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { schedules } from '../../api/queries.ts';
import { when } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Schedule = Shape<'Schedule'>;

export function Schedules() {
  const answer = useQuery(schedules);
  const may = useMay('config:write');
  const all = answer.data?.data ?? [];
  return (
    <Card title="Schedules">
      {answer.isPending && <Waiting what="Schedules" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && all.length === 0 && <p className="small">Nothing runs by itself yet.</p>}
      {all.map((one) => (
        <One key={`${one.connectionId} ${one.id}`} schedule={one} />
      ))}
      {may && answer.isSuccess && <Nightly key={all.length} />}
    </Card>
  );
}

function useSave() {
  const queries = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: ({ id, ...body }: Shape<'ScheduleRequestInput'> & { id: string }) =>
      dataOf(client.PUT('/v1/schedules/{scheduleId}', { params: { path: { scheduleId: id } }, body })),
    onSuccess: (made) => {
      say(made.isEnabled ? `It runs next ${when(made.nextAt)}.` : 'Switched off.');
      void queries.invalidateQueries({ queryKey: ['/v1/schedules'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
}

function One({ schedule }: { schedule: Schedule }) {
  const may = useMay('config:write');
  const save = useSave();
  const { id, cron, timeZone, isEnabled, nextTimes, connectionId, mode } = schedule;
  return (
    <div className="org">
      <div className="head">
        <div>
          <span className="strong">{id}</span> <span className="mono">{cron}</span>{' '}
          <span className="small dim">{timeZone}</span>
          <div className="small dim">
            {isEnabled
              ? `Next: ${nextTimes
                  .slice(0, 3)
                  .map((one) => when(one))
                  .join(', ')}`
              : 'Switched off'}
          </div>
        </div>
        {may && (
          <button
            type="button"
            className="button"
            disabled={save.isPending}
            onClick={() => save.mutate({ id, cron, timeZone, mode, connection: connectionId, isEnabled: !isEnabled })}
          >
            {isEnabled ? 'Switch off' : 'Switch on'}
          </button>
        )}
      </div>
    </div>
  );
}

/** The usual one: each night at an hour of the reader's own time zone. */
function Nightly() {
  const save = useSave();
  const [hour, setHour] = useState('02:00');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [hours, minutes] = hour.split(':').map(Number);
    save.mutate({ id: 'nightly', cron: `${minutes} ${hours} * * *`, timeZone: zone });
  };
  return (
    <form className="filters spaced" onSubmit={submit}>
      <label className="field">
        Each night at, {zone}
        <input className="input" type="time" required value={hour} onChange={(event) => setHour(event.target.value)} />
      </label>
      <button type="submit" className="button" disabled={save.isPending}>
        Set the nightly sync
      </button>
    </form>
  );
}
