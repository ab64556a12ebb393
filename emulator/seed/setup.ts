// What admins of the org set up once: its calendar, stages, products, kinds of split and territories.
import { stages } from './deal.ts';
import { dayMs } from './days.ts';
import type { Country } from './people-names.ts';
import type { RecordOf, SObject } from './records.ts';
import { auditFields, changeFields, type IdSource } from './rows.ts';
import type { Staff } from './staff.ts';

export interface Setup {
  /** By product line. */
  products: ReadonlyMap<string, RecordOf<'Product2'>>;
  splitTypes: Readonly<Record<'Revenue' | 'Overlay', string>>;
  territories: ReadonlyMap<Country, string>;
}

export type SetupRecords = {
  [
    S in Extract<
      SObject,
      | 'Organization'
      | 'OpportunityStage'
      | 'Product2'
      | 'OpportunitySplitType'
      | 'Territory2'
      | 'UserTerritory2Association'
    >
  ]: RecordOf<S>[];
};

const families = { Platform: 'Software', Analytics: 'Software', Services: 'Services', Training: 'Services' };
const regions: Readonly<Record<Country, string>> = {
  US: 'Americas',
  GB: 'Northern Europe',
  DE: 'Central Europe',
  FR: 'Central Europe',
  AU: 'Asia Pacific',
  ID: 'Asia Pacific',
};

export function makeSetup(staff: Staff, now: number, ids: IdSource): { setup: Setup; records: SetupRecords } {
  const byId = String(staff.users[0]?.Id);
  const at = now - 3000 * dayMs;
  const audit = auditFields(at, at, byId);
  const products = Object.entries(families).map(([line, family]) => ({
    Id: ids.take('Product2'),
    IsDeleted: false,
    Name: line,
    ProductCode: line.slice(0, 4).toUpperCase(),
    Family: family,
    IsActive: true,
    ...audit,
  }));
  const splitTypes = (['Revenue', 'Overlay'] as const).map((name) => ({
    Id: ids.take('OpportunitySplitType'),
    DeveloperName: name,
    MasterLabel: name,
    IsTotalValidated: name === 'Revenue',
    SplitField: 'Amount',
    SplitEntity: 'Opportunity',
    IsActive: true,
    ...audit,
  }));
  const territories = [...new Set(Object.values(regions))].map((name) => ({
    Id: ids.take('Territory2'),
    Name: name,
    DeveloperName: name.replaceAll(' ', '_'),
    AccountAccessLevel: 'Edit',
    OpportunityAccessLevel: 'Edit',
    ParentTerritory2Id: null,
    ...changeFields(at, byId),
  }));
  const byRegion = new Map(territories.map(({ Name, Id }) => [Name, Id]));
  const [revenue, overlay] = splitTypes;
  return {
    setup: {
      products: new Map(products.map((product) => [product.Name, product])),
      splitTypes: { Revenue: String(revenue?.Id), Overlay: String(overlay?.Id) },
      territories: new Map(
        Object.entries(regions).map(([country, region]) => [country as Country, String(byRegion.get(region))]),
      ),
    },
    records: {
      Organization: [organization(ids, audit)],
      OpportunityStage: Object.entries(stages).map(([name, stage], i) => ({
        Id: ids.take('OpportunityStage'),
        MasterLabel: name,
        ApiName: name,
        IsActive: true,
        SortOrder: i + 1,
        IsClosed: name.startsWith('Closed'),
        IsWon: name === 'Closed Won',
        ForecastCategory: stage.category,
        ForecastCategoryName: stage.categoryName,
        DefaultProbability: stage.probability,
        ...audit,
      })),
      Product2: products,
      OpportunitySplitType: splitTypes,
      Territory2: territories,
      UserTerritory2Association: staff.activeReps.map((rep, i) => ({
        Id: ids.take('UserTerritory2Association'),
        UserId: rep,
        // Half of them sell in the Americas, as half of the companies are there.
        Territory2Id: territories[i % 2 === 0 ? 0 : ((i - 1) / 2) % territories.length]?.Id ?? null,
        IsActive: true,
        RoleInTerritory2: 'Sales Rep',
        ...changeFields(at, byId),
      })),
    },
  };
}

/** The fiscal year begins in July, so that its quarters are those of quotas, under other names. */
const organization = (ids: IdSource, audit: ReturnType<typeof auditFields>): RecordOf<'Organization'> => ({
  Id: ids.take('Organization'),
  Name: 'Seeded org',
  OrganizationType: 'Developer Edition',
  InstanceName: 'EMU1',
  DefaultLocaleSidKey: 'en_US',
  TimeZoneSidKey: 'GMT',
  LanguageLocaleKey: 'en_US',
  FiscalYearStartMonth: 7,
  UsesStartDateAsFiscalYearName: false,
  ...audit,
});
