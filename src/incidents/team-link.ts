/** A link that shows one user what is theirs and their team's, for as long as the digest it stands in is news. */
import { createHash, randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';

/** Until the next digest, and a day more. */
const linkDays = 8;

export type TeamLink = { connectionId: string; userId: string; expiresAt: Date };

/** The path of a new link; what it opens is kept, the token is not. */
export async function makeTeamLink(
  tx: Queryable,
  { connectionId, userId }: Omit<TeamLink, 'expiresAt'>,
  now: Date,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + linkDays * 86_400_000);
  await tx.query(sql`/* team_link.make */ with old as (delete from alert.team_link where expires_at <= ${now.toISOString()}::timestamptz)
    insert into alert.team_link (sha256, connection_id, user_id, expires_at)
    values (${digest(token)}, ${connectionId}, ${userId}, ${expiresAt.toISOString()})`);
  return `/team/${token}`;
}

/** Null for a token that was never given out, or whose time is over. */
export async function readTeamLink(db: Queryable, token: string, now: Date): Promise<TeamLink | null> {
  const [link] =
    await db.query<TeamLink>(sql`/* team_link.read */ select connection_id as "connectionId", user_id as "userId",
      expires_at as "expiresAt"
    from alert.team_link where sha256 = ${digest(token)} and expires_at > ${now.toISOString()}::timestamptz`);
  return link ?? null;
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
