/** When syncs start by themselves: seen, set, switched off. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, dataOf, Refusal, type Shape } from '../../api/client.ts';
import { connections, scheduleById, schedules } from '../../api/queries.ts';
import { when } from '../../components/format.ts';
import { NotTaken } from '../../components/not-taken.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Schedule = Shape<'Schedule'>;
/** What is answered was one of these when it was given. */
type Objects = NonNullable<Shape<'ScheduleRequestInput'>['objects']> | null;

export function Schedules() {
  const answer = useQuery(schedules);
  const may = useMay('config:write');
  const all = answer.data?.data ?? [];
  return (
    <Card title="Schedules" id="schedules">
      {answer.isPending && <Waiting what="Schedules" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && all.length === 0 && <p className="small">Nothing runs by itself yet.</p>}
      {all.map((one) => (
        <One key={`${one.connectionId} ${one.id}`} schedule={one} />
      ))}
      {may && answer.isSuccess && <Nightly all={all} />}
    </Card>
  );
}

function useSave() {
  const queries = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: ({ id, etag, ...body }: Shape<'ScheduleRequestInput'> & { id: string; etag: string }) =>
      dataOf(
        client.PUT('/v1/schedules/{scheduleId}', {
          params: { path: { scheduleId: id }, header: { 'if-match': etag } },
          body,
        }),
      ),
    onSuccess: (made) => {
      say(made.isEnabled ? `It runs next ${when(made.nextAt)}.` : 'Switched off.');
      void queries.invalidateQueries({ queryKey: ['/v1/schedules'] });
    },
    onError: () => queries.invalidateQueries({ queryKey: ['/v1/schedules'] }),
  });
}

/** None stands: what somebody made meanwhile is not replaced. */
const none = '"0"';

function One({ schedule }: { schedule: Schedule }) {
  const may = useMay('config:write');
  const save = useSave();
  const current = useQuery(scheduleById(schedule.id));
  const etag = current.data?.etag ?? '';
  const { id, cron, timeZone, isEnabled, nextTimes, connectionId, mode, objects } = current.data?.schedule ?? schedule;
  const queries = useQueryClient();
  const say = useToast();
  const orgName = useOrgName();
  const whole = { id, cron, timeZone, mode, connection: connectionId, objects: objects as Objects };
  const remove = useMutation({
    mutationFn: async () => {
      const params = { path: { scheduleId: id }, header: { 'if-match': etag } };
      const { error } = await client.DELETE('/v1/schedules/{scheduleId}', { params });
      if (error) throw new Refusal(error);
    },
    onSuccess: () => {
      say('Deleted; its syncs stay.', () => save.mutate({ ...whole, etag: none, isEnabled }));
      void queries.invalidateQueries({ queryKey: ['/v1/schedules'] });
    },
    onError: () => queries.invalidateQueries({ queryKey: ['/v1/schedules'] }),
  });
  const failed = save.error ?? remove.error;
  return (
    <div className="org">
      <div className="head">
        <div>
          <span className="strong">{id}</span> <span className="mono">{cron}</span>{' '}
          <span className="small dim">{timeZone}</span> <span className="small">{orgName(connectionId)}</span>
          <div className="small dim">
            {isEnabled
              ? `Next: ${nextTimes
                  .slice(0, 3)
                  .map((one) => when(one))
                  .join(' · ')}`
              : 'Switched off'}
          </div>
        </div>
        {may && (
          <div className="buttons">
            <button
              type="button"
              className="button"
              disabled={save.isPending || !current.isSuccess}
              onClick={() => save.mutate({ ...whole, etag, isEnabled: !isEnabled })}
            >
              {isEnabled ? 'Switch off' : 'Switch on'}
            </button>
            <button
              type="button"
              className="button quiet"
              disabled={remove.isPending || !current.isSuccess}
              onClick={() => remove.mutate()}
              aria-label={`Delete the schedule ${id}`}
            >
              Delete
            </button>
          </div>
        )}
      </div>
      {failed && <NotTaken error={failed} isKept={false} />}
    </div>
  );
}

function useOrgName(): (id: string) => string {
  const orgs = useQuery(connections).data?.data ?? [];
  return (id) => {
    const org = orgs.find((one) => one.id === id);
    return org?.orgName ?? org?.name ?? id;
  };
}

/** The usual one: each night at an hour of the reader's own time zone, of an org of one's choice. */
function Nightly({ all }: { all: Schedule[] }) {
  const save = useSave();
  const orgs = useQuery(connections).data?.data ?? [];
  const orgName = useOrgName();
  const [org, setOrg] = useState<string | null>(null);
  const [hour, setHour] = useState('02:00');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const chosen = org ?? orgs[0]?.id;
  const isFirst = chosen === undefined || chosen === orgs[0]?.id;
  const id = isFirst ? 'nightly' : `nightly-${chosen.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 60);
  const isThere = all.some((one) => one.id === id);
  const standing = useQuery({ ...scheduleById(id), enabled: isThere });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [hours, minutes] = hour.split(':').map(Number);
    save.mutate({
      id,
      etag: isThere ? (standing.data?.etag ?? '') : none,
      cron: `${minutes} ${hours} * * *`,
      timeZone: zone,
      ...(isFirst ? {} : { connection: chosen }),
    });
  };
  return (
    <form className="filters spaced" onSubmit={submit}>
      {orgs.length > 1 && (
        <label className="field">
          Org
          <select className="select" value={chosen} onChange={(event) => setOrg(event.target.value)}>
            {orgs.map(({ id }) => (
              <option key={id} value={id}>
                {orgName(id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        Each night at, {zone}
        <input className="input" type="time" required value={hour} onChange={(event) => setHour(event.target.value)} />
      </label>
      <button type="submit" className="button" disabled={save.isPending || (isThere && !standing.isSuccess)}>
        Set the nightly sync
      </button>
      {save.isError && <NotTaken error={save.error} />}
    </form>
  );
}
