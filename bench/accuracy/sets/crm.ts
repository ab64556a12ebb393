/** The made CRM of 100,000 people: what small sets do not show, such as namesakes by the thousand. */
import { crmRecords } from '../../match/crm.ts';
import { crmColumns } from '../../match/crm-record.ts';
import { crmSet } from '../../match/crm-set.ts';
import { parseLine } from '../../csv.ts';
import type { DataSet } from '../data-set.ts';

const count = 100_000;
/** The seed of the made sets that gives the CRM of the match bench. */
const usualSeed = 20_261;

export const crmHundredThousand: DataSet = {
  ...crmSet,
  name: 'crm_100k',
  isLarge: true,
  load: async ({ seed }) => {
    const rows: string[][] = [];
    const truth: string[] = [];
    for (const { person, line } of crmRecords(Math.round(count * 1.1), seed - usualSeed + 1)) {
      if (rows.length === count) break;
      rows.push([`P${String(rows.length).padStart(8, '0')}`, ...parseLine(line.trimEnd())]);
      truth.push(String(person));
    }
    return { columns: [crmSet.id, ...crmColumns], rows, truth };
  },
};
