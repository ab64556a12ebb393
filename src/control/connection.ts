/** Orgs as rows: created, changed and listed without their secrets, and opened with them for whoever logs in. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { hide } from '../model/hidden.ts';
import { audit, changedFields } from './audit.ts';
import { expectRevision } from './revision.ts';
import { sealed, type KeyRing } from './secret.ts';

export const loginFlow = z.enum(['client_credentials', 'jwt_bearer', 'refresh_token']);
export type LoginFlow = z.infer<typeof loginFlow>;

/** Null flow, login URL and client id: the settings of the service say how to log in. */
export type Connection = {
  id: string;
  name: string;
  loginUrl: string | null;
  flow: LoginFlow | null;
  clientId: string | null;
  username: string | null;
  /** As the last login said; null before the first. */
  orgId: string | null;
  orgName: string | null;
  instanceUrl: string | null;
  instanceName: string | null;
  isSandbox: boolean | null;
  /** What is never pulled: objects, and fields as `Object.Field`. */
  exclude: string[];
  /** Of the day's API requests: what one sync may use, and where a sync waits. Null: as the service is set. */
  syncShare: number | null;
  totalShare: number | null;
  /** Raised by each edit. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  updatedBy: string | null;
  /** Its login is gone; its records were kept or forgotten. */
  deletedAt: Date | null;
};

/** The one secret each flow needs beside the client; a refresh token's client secret is a second one. */
export type ConnectionSecrets = {
  clientSecret?: string | undefined;
  privateKey?: string | undefined;
  refreshToken?: string | undefined;
};
export type ConnectionInput = {
  name: string;
  loginUrl: string;
  flow: LoginFlow;
  clientId: string;
  username?: string | undefined;
  exclude?: string[] | undefined;
  syncShare?: number | null | undefined;
  totalShare?: number | null | undefined;
} & ConnectionSecrets;

/** Changed without a word about the login. */
const plainFields = ['name', 'exclude', 'syncShare', 'totalShare'];

const columns = sql`id, name, login_url as "loginUrl", flow, client_id as "clientId", username,
  org_id as "orgId", org_name as "orgName", instance_url as "instanceUrl", instance_name as "instanceName",
  is_sandbox as "isSandbox", exclude, sync_share as "syncShare", total_share as "totalShare", revision,
  created_at as "createdAt", updated_at as "updatedAt", updated_by as "updatedBy", deleted_at as "deletedAt"`;

const placeOf = (id: string) => `control.connection ${id} login`;

export async function listConnections(db: Queryable): Promise<Connection[]> {
  return db.query(sql`/* connection.list */ select ${columns} from control.connection order by created_at, id`);
}

/** @throws DomainError `not-found`. */
export async function getConnection(db: Queryable, id: string): Promise<Connection> {
  const [row] = await db.query<Connection>(
    sql`/* connection.get */ select ${columns} from control.connection where id = ${id}`,
  );
  if (!row) throw new DomainError('not-found', `There is no connection "${id}".`);
  return row;
}

export const deletedFault = ({ name }: Pick<Connection, 'name'>) =>
  new DomainError('conflict', `The connection "${name}" was deleted. Add the org again with POST /v1/connections.`);

/** @throws DomainError `request-refused` when the flow lacks what it needs. */
export async function createConnection(
  tx: Transaction,
  keys: KeyRing,
  input: ConnectionInput,
  by: Actor,
): Promise<Connection> {
  const id = `con_${uuidv7()}`;
  const held = (await keys()).seal(JSON.stringify(secretsOf(input)), placeOf(id));
  const [row] = await tx.query<Connection>(sql`/* connection.create */ insert into control.connection
    (id, name, login_url, flow, client_id, username, sealed, exclude, sync_share, total_share, updated_by)
    values (${id}, ${input.name}, ${input.loginUrl}, ${input.flow}, ${input.clientId}, ${input.username ?? null},
      ${JSON.stringify(held)}::jsonb, ${input.exclude ?? []}, ${input.syncShare ?? null}, ${input.totalShare ?? null},
      ${actorText(by)}) returning ${columns}`);
  await audit(tx, by, { kind: 'connection', id, action: 'create', fields: Object.keys(given(input)) });
  return row!;
}

/**
 * What is not given stays, but for the secrets where the login goes to another host: whoever may change the address would
 * else be sent them. A change of flow needs the secrets of the new one.
 * @throws as createConnection; `not-found`, `version-outdated`.
 */
export async function changeConnection(
  db: Db,
  keys: KeyRing,
  id: string,
  change: Partial<ConnectionInput>,
  by: Actor,
  expected: number | null = null,
): Promise<Connection> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ sealed: unknown }>(
      sql`/* connection.hold */ select sealed from control.connection where id = ${id} for update`,
    );
    const before = await getConnection(tx, id);
    if (before.deletedAt) throw deletedFault(before);
    expectRevision(expected, before.revision);
    const { name, exclude, syncShare, totalShare, loginUrl, flow, clientId, username } = {
      ...before,
      ...given(change),
    };
    const isPlain = Object.keys(given(change)).every((key) => plainFields.includes(key));
    if (!isPlain) {
      if (flow === null || loginUrl === null || clientId === null) {
        throw new DomainError(
          'request-refused',
          'This connection is logged in to by the settings; give loginUrl, flow and clientId to change that.',
        );
      }
      const isOtherHost = before.loginUrl !== null && new URL(before.loginUrl).host !== new URL(loginUrl).host;
      const kept = row?.sealed && !isOtherHost ? await keptSecrets(keys, row.sealed, id, change) : {};
      const login = { name, loginUrl, flow, clientId, username: username ?? undefined };
      const secrets = secretsOf({ ...kept, ...given(change), ...login }, isOtherHost ? ' at another host' : '');
      const held = (await keys()).seal(JSON.stringify(secrets), placeOf(id));
      await tx.query(sql`/* connection.login */ update control.connection set login_url = ${loginUrl}, flow = ${flow},
        client_id = ${clientId}, username = ${username ?? null}, sealed = ${JSON.stringify(held)}::jsonb where id = ${id}`);
    }
    await tx.query(sql`/* connection.change */ update control.connection set name = ${name}, exclude = ${exclude},
      sync_share = ${syncShare}, total_share = ${totalShare},
      updated_at = now(), updated_by = ${actorText(by)}, revision = revision + 1 where id = ${id}`);
    // A secret that is given counts as changed: what is sealed is not opened to compare.
    await audit(tx, by, { kind: 'connection', id, action: 'change', fields: changedFields(before, change) });
    return getConnection(tx, id);
  });
}

/** Of a connection whose key was lost nothing is kept, so that its secrets can be given anew. */
async function keptSecrets(
  keys: KeyRing,
  held: unknown,
  id: string,
  change: ConnectionSecrets,
): Promise<ConnectionSecrets> {
  try {
    return JSON.parse((await keys()).open(sealed.parse(held), placeOf(id))) as ConnectionSecrets;
  } catch (error) {
    if (change.clientSecret ?? change.privateKey ?? change.refreshToken) return {};
    throw error;
  }
}

export type OpenConnection = Connection & ConnectionSecrets;

/** With its secrets: only for logging in, never for an answer or a log. @throws DomainError `not-found`, `config-invalid`. */
export async function openConnection(db: Queryable, keys: KeyRing, id: string): Promise<OpenConnection> {
  const connection = await getConnection(db, id);
  const [row] = await db.query<{ sealed: unknown }>(
    sql`/* connection.open */ select sealed from control.connection where id = ${id}`,
  );
  if (!row?.sealed) return connection;
  const secrets = JSON.parse((await keys()).open(sealed.parse(row.sealed), placeOf(id))) as ConnectionSecrets;
  for (const secret of Object.values(secrets)) hide(secret);
  return { ...connection, ...secrets };
}

/** Those whose login does not open: the database was restored, and the key was not. */
export async function lockedConnections(db: Queryable, keys: KeyRing) {
  const rows = await db.query<{ id: string; name: string; sealed: unknown }>(
    sql`/* connection.sealed */ select id, name, sealed from control.connection where sealed is not null order by created_at, id`,
  );
  const locked: { id: string; name: string; reason: string }[] = [];
  for (const { id, name, sealed: held } of rows) {
    try {
      (await keys()).open(sealed.parse(held), placeOf(id));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      locked.push({ id, name, reason: error.message });
    }
  }
  return locked;
}

/** Seals every login with the first key of the ring, so that older ones can be taken out of it. @returns how many */
export async function resealConnections(db: Db, keys: KeyRing): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ id: string; sealed: unknown }>(
      sql`/* connection.reseal_all */ select id, sealed from control.connection where sealed is not null for update`,
    );
    const ring = await keys();
    for (const { id, sealed: held } of rows) {
      const again = ring.seal(ring.open(sealed.parse(held), placeOf(id)), placeOf(id));
      await tx.query(
        sql`/* connection.reseal */ update control.connection set sealed = ${JSON.stringify(again)}::jsonb where id = ${id}`,
      );
    }
    return rows.length;
  });
}

/** A rotated refresh token replaces the one that is dead by now. `updated_at` stays: nobody changed the connection. */
export async function saveRefreshToken(db: Db, keys: KeyRing, id: string, refreshToken: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ sealed: unknown }>(
      sql`/* connection.hold */ select sealed from control.connection where id = ${id} for update`,
    );
    const kept = JSON.parse((await keys()).open(sealed.parse(row?.sealed), placeOf(id))) as ConnectionSecrets;
    const held = (await keys()).seal(JSON.stringify({ ...kept, refreshToken }), placeOf(id));
    await tx.query(
      sql`/* connection.rotate */ update control.connection set sealed = ${JSON.stringify(held)}::jsonb where id = ${id}`,
    );
  });
}

function given<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Only what the flow needs is kept. */
function secretsOf(input: ConnectionInput, where = ''): ConnectionSecrets {
  const needs = {
    client_credentials: ['clientSecret'],
    jwt_bearer: ['username', 'privateKey'],
    refresh_token: ['refreshToken'],
  } as const satisfies Record<LoginFlow, readonly (keyof ConnectionInput)[]>;
  const faults = needs[input.flow]
    .filter((name) => !input[name])
    .map((name) => ({ pointer: `/${name}`, message: `is needed for the flow ${input.flow}${where}` }));
  if (faults.length > 0) {
    throw new DomainError('request-refused', faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; '), {
      faults,
    });
  }
  const { clientSecret, privateKey, refreshToken } = input;
  if (input.flow === 'jwt_bearer') return { privateKey };
  return input.flow === 'refresh_token' ? { refreshToken, clientSecret } : { clientSecret };
}
