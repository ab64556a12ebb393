// Turns an org of one currency into one of several: companies of some countries buy in theirs, and some people sell against targets in it.
import { join } from 'node:path';
import { CsvFile, type Value } from './csv-file.ts';
import type { Group } from './group.ts';
import { columns, type RecordOf, type SObject } from './records.ts';
import type { Staff } from './staff.ts';

/** Units for one dollar, the corporate currency. */
const rates = { USD: 1, EUR: 0.92, GBP: 0.79 } as const;
type Currency = keyof typeof rates;
const ofCountry: Readonly<Record<string, Currency>> = { DE: 'EUR', FR: 'EUR', GB: 'GBP' };

const amounts: { [S in SObject]?: readonly (keyof RecordOf<S> & string)[] } = {
  Opportunity: ['Amount', 'ExpectedRevenue'],
  OpportunityHistory: ['Amount', 'ExpectedRevenue', 'PrevAmount'],
  OpportunitySplit: ['SplitAmount'],
  OpportunityLineItem: ['UnitPrice', 'TotalPrice'],
};
const field = 'CurrencyIsoCode';

/** The columns of an object in an org of several currencies. */
export const columnsInCurrencies = (sobject: SObject): readonly string[] =>
  sobject in amounts ? [...columns[sobject], field] : columns[sobject];

const of = (dollars: number, currency: Currency) => Math.round(dollars * rates[currency] * 100) / 100;

/** Writes what a company buys in its own currency. */
export function toCurrencies(group: Group, country: string): void {
  const currency = ofCountry[country] ?? 'USD';
  for (const [sobject, names] of Object.entries(amounts)) {
    for (const record of group.records[sobject as SObject] as Record<string, Value>[]) {
      record[field] = currency;
      for (const name of names) if (typeof record[name] === 'number') record[name] = of(record[name], currency);
    }
  }
}

export async function writeCurrencyTypes(folder: string): Promise<void> {
  const names = ['Id', 'IsoCode', 'ConversionRate', 'IsCorporate', 'IsActive'] as const;
  const file = await CsvFile.create(join(folder, 'CurrencyType.csv'), names);
  for (const [at, [IsoCode, ConversionRate]] of Object.entries(rates).entries())
    file.add({
      Id: `01LgK0000000000${at}AA`,
      IsoCode,
      ConversionRate,
      IsCorporate: IsoCode === 'USD',
      IsActive: true,
    });
  await file.close();
}

/** Quotas as the input targets: by e-mail, every third person in euros. */
export function targetsOf(quotas: readonly RecordOf<'ForecastingQuota'>[], { users, activeReps }: Staff): string {
  const mailOf = new Map(users.map((user) => [user.Id, user.Email]));
  const lines = quotas.map(({ QuotaOwnerId: owner, QuotaAmount: amount, StartDate: start }) => {
    const currency: Currency = activeReps.indexOf(String(owner)) % 3 === 0 ? 'EUR' : 'USD';
    return `${String(start).slice(0, 7)},${mailOf.get(owner)},${of(Number(amount), currency)},3,${currency}`;
  });
  return ['start,owner,amount,months,currency', ...lines, ''].join('\n');
}
