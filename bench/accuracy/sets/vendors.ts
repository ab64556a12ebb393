/** Suppliers out of two bookkeeping systems: capitals, names cut at 30 letters, tax numbers with and without punctuation, payment addresses. */
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { cleanName, makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

export const vendors = heldOut(
  {
    name: 'vendors',
    entity: 'company',
    columns: ['vendor_name', 'tax_id', 'address', 'town', 'post_code', 'phone', 'country', 'terms'],
    map: {
      name: 'vendor_name',
      street: 'address',
      city: 'town',
      postal_code: 'post_code',
      phone: 'phone',
      country: 'country',
    },
    compare: { tax_id: 'id', terms: 'category' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 1500; entity++) {
      const company = makeCompany(random, taken);
      const [office, payments] = [makePlace(company.country, random), makePlace(company.country, random)];
      const [tax, phone] = [random.digits(11), makePhone(office, random)];
      const copies = Number(random.weighted({ 0: 60, 1: 26, 2: 9, 3: 5 }));
      for (let copy = 0; copy <= copies; copy++) {
        const place = copy > 0 && random.chance(0.2) ? payments : office;
        const odds = copy === 0 ? 0.01 : 0.08;
        const name = slips(copy === 0 ? cleanName(company) : respell(company, random), odds, random);
        const street = place === payments && random.chance(0.5) ? `P.O. Box ${random.int(10, 9999)}` : place.street;
        add(String(entity), [
          asKept(name, random),
          orBlank(taxAsTyped(slips(tax, odds / 4, random), random), 0.35, random),
          orBlank(asKept(slips(street, odds, random), random), 0.1, random),
          orBlank(place.city.toUpperCase(), 0.08, random),
          orBlank(place.postcode, 0.15, random),
          orBlank(writePhone(phone, company.country, random), 0.5, random),
          company.country,
          random.pick(['NET30', 'NET60', 'NET14', 'COD']),
        ]);
      }
    }
  },
);

const asKept = (text: string, random: Random): string =>
  random.chance(0.7) ? text.toUpperCase().slice(0, 30).trim() : text;

function taxAsTyped(tax: string, random: Random): string {
  const form = random.weighted({ plain: 60, dash: 20, dots: 20 });
  if (form === 'plain') return tax;
  return form === 'dash' ? `${tax.slice(0, 2)}-${tax.slice(2)}` : tax.replace(/(\d{3})(?=\d)/g, '$1.');
}
