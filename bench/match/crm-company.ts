/** A serial number into one employer of the CRM: name, domain, place, switchboard, head count. */
import { makeCompany, type Company } from '@assay/emulator/seed/company.ts';
import type { Random } from '@assay/emulator/seed/random.ts';

export type Employer = Company & { staff: number };

/** Half of the employers have one or two people in the CRM, a few have hundreds. */
export function makeEmployer(serial: number, seed: number, random: Random): Employer {
  const staff = Math.min(400, Math.max(1, Math.round(random.logNormal(3, 1.1))));
  return { ...makeCompany(serial, seed, random), staff };
}
