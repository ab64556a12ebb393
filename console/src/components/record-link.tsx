/** An id of Salesforce as a link into the org it is of. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { connections } from '../api/queries.ts';

type RecordLinkProps = { id: string; connectionId?: string; children?: ReactNode };

/** `connectionId` left out: the first org. Without a link where the org has not been logged in to. */
export function RecordLink({ id, connectionId, children }: RecordLinkProps) {
  const orgs = useQuery(connections).data?.data ?? [];
  const org = connectionId === undefined ? orgs[0] : orgs.find((one) => one.id === connectionId);
  const shown = children ?? <span className="mono">{id}</span>;
  if (!org?.instanceUrl) return <>{shown}</>;
  return (
    <a href={`${org.instanceUrl}/${id}`} target="_blank" rel="noreferrer" title="Open it in Salesforce">
      {shown}
    </a>
  );
}
