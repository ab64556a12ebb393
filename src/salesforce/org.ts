/** Asks the org who it is: its name, its instance, and whether it is a sandbox. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { SourceOrg } from '../model/source.ts';
import { RestFault } from './fault.ts';
import type { Rest } from './rest.ts';
import type { Session } from './session.ts';

const answer = z.object({
  records: z.array(
    z.object({
      Name: z.string().nullish(),
      InstanceName: z.string().nullish(),
      IsSandbox: z.boolean().nullish(),
    }),
  ),
});
const soql = 'SELECT Name, InstanceName, IsSandbox FROM Organization LIMIT 1';

/** A login and one request. A user who may not read the record still learns the id and the address, which the login gave. */
export async function readOrg(rest: Rest, root: string, session: Session, signal: AbortSignal): Promise<SourceOrg> {
  // A session of long ago may be one of an org that is no longer there.
  const { orgId, userId, instanceUrl } = await session.begin();
  const record = await read(rest, root, signal);
  return {
    orgId,
    userId,
    instanceUrl,
    name: record?.Name ?? null,
    instanceName: record?.InstanceName ?? null,
    // The address of a sandbox says so too.
    isSandbox:
      record?.IsSandbox ?? (/\.sandbox\.my\.salesforce\.(com|mil)$/.test(new URL(instanceUrl).hostname) || null),
  };
}

async function read(rest: Rest, root: string, signal: AbortSignal) {
  try {
    const path = `${root}/query?${new URLSearchParams({ q: soql }).toString()}`;
    return (await rest.json(answer, { path, signal })).records[0];
  } catch (error) {
    const isHidden = error instanceof DomainError && /no-permission|field-gone/.test(error.code);
    if (isHidden || error instanceof RestFault) return undefined;
    throw error;
  }
}
