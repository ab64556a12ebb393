/** The shapes of files that users bring: few columns, no mail, families, branches, addresses in any order, 30 rows to 30,000. */
import type { DataSet } from '../../data-set.ts';
import { addresses } from './addresses.ts';
import { aliases } from './aliases.ts';
import { chains } from './chains.ts';
import { families } from './families.ts';
import { foreigners } from './foreigners.ts';
import { households } from './households.ts';
import { nameAndTown } from './name-and-town.ts';
import { namesOnly } from './names-only.ts';
import { personAccounts } from './person-accounts.ts';
import { twoMaps } from './two-maps.ts';

export const shapeSets: readonly DataSet[] = [
  ...namesOnly,
  ...nameAndTown,
  ...addresses,
  ...families,
  ...chains,
  ...aliases,
  ...foreigners,
  ...twoMaps,
  ...personAccounts,
  ...households,
];
