/** Every set the accuracy bench runs, in the order it prints them. */
import type { DataSet } from '../data-set.ts';
import { companyContacts } from './company-contacts.ts';
import { companyNames } from './company-names.ts';
import { developmentSets } from './development.ts';
import { febrlSets } from './febrl.ts';
import { largeClusters } from './large-clusters.ts';
import { nameBirthAddress } from './name-birth-address.ts';
import { noDuplicates } from './no-duplicates.ts';
import { oneHouse } from './one-house.ts';
import { oneWordNames } from './one-word-names.ts';
import { twoSources } from './two-sources.ts';
import { typosAndSwaps } from './typos-and-swaps.ts';
import { crmHundredThousand } from './crm.ts';
import { sisterCompanies } from './sister-companies.ts';
import { numberedNames } from './numbered-names.ts';
import { numberedMailboxes } from './numbered-mailboxes.ts';
import { fewCopies } from './few-copies.ts';
import { compoundNames } from './compound-names.ts';
import { applicants } from './applicants.ts';
import { branches } from './branches.ts';
import { companyRegister } from './company-register.ts';
import { dirtyClusters } from './dirty-clusters.ts';
import { nameAndCity } from './name-and-city.ts';
import { oneEmployer } from './one-employer.ts';
import { otherScripts } from './other-scripts.ts';
import { formLeads } from './form-leads.ts';
import { patients } from './patients.ts';
import { shiftedColumns } from './shifted-columns.ts';
import { vendors } from './vendors.ts';
import { institutions } from './institutions.ts';
import { iberianPeople } from './iberian-people.ts';
import { eventList } from './event-list.ts';
import { historicalPeople } from './historical-people.ts';
import { localHabits } from './local-habits.ts';
import { accountsAndBranches } from './accounts-and-branches.ts';
import { tinyFile } from './tiny-file.ts';
import { mostlyCopies } from './mostly-copies.ts';
import { shapeSets } from './shapes/all.ts';
import { smallFile } from './small-file.ts';
import { strangerSets } from './strangers.ts';

export const heldOutSets: readonly DataSet[] = [
  typosAndSwaps,
  nameBirthAddress,
  oneWordNames,
  companyNames,
  companyContacts,
  largeClusters,
  twoSources,
  noDuplicates,
  oneHouse,
  numberedNames,
  numberedMailboxes,
  compoundNames,
  fewCopies,
  sisterCompanies,
  nameAndCity,
  dirtyClusters,
  smallFile,
  otherScripts,
  oneEmployer,
  branches,
  companyRegister,
  applicants,
  formLeads,
  patients,
  shiftedColumns,
  vendors,
  institutions,
  iberianPeople,
  eventList,
  historicalPeople,
  localHabits,
  accountsAndBranches,
  tinyFile,
  mostlyCopies,
];

export const allSets: readonly DataSet[] = [
  ...developmentSets,
  ...febrlSets,
  ...heldOutSets,
  ...shapeSets,
  ...strangerSets,
  crmHundredThousand,
];
