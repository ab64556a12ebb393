/** Roles are scopes that go together; what a key may do, in a word. */
import type { Shape } from '../api/client.ts';

type Scope = Shape<'Me'>['scopes'][number];
export type Role = { name: string; label: string; scopes: Scope[] };

/** The least first. */
export const roles: Role[] = [
  { name: 'viewer', label: 'Viewer: no personal data', scopes: ['data:read'] },
  { name: 'analyst', label: 'Analyst: personal data too', scopes: ['data:read', 'pii:read'] },
  {
    name: 'steward',
    label: 'Steward: decides and waives',
    scopes: ['data:read', 'pii:read', 'reviews:write', 'runs:write'],
  },
  { name: 'admin', label: 'Admin: everything', scopes: ['admin'] },
];

/** The largest role whose scopes are all held; `custom` where none is. */
export function roleOf(scopes: readonly Scope[]): string {
  if (scopes.includes('admin')) return 'admin';
  return roles.findLast((role) => role.scopes.every((one) => scopes.includes(one)))?.name ?? 'custom';
}
