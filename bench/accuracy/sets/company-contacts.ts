/** Companies with websites and phones; subsidiaries share the parent's website, tenants the house's switchboard. */
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import { cleanName, makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank } from './slips.ts';

export const companyContacts = heldOut(
  {
    name: 'company_contacts',
    entity: 'company',
    columns: ['account_name', 'url', 'phone', 'city'],
    map: { name: 'account_name', website: 'url', phone: 'phone', city: 'city' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 1600; entity++) {
      const company = makeCompany(random, taken);
      const place = makePlace(company.country, random);
      const phone = makePhone(place, random);
      const domain = `${company.brand.toLowerCase().replace(/[^a-z]+/g, random.chance(0.2) ? '-' : '')}.${random.pick(['com', 'net', 'io', 'co'])}`;
      const website = () =>
        random.pick([domain, `www.${domain}`, `https://www.${domain}/`, `http://${domain}/index.html`]);
      const typed = () => writePhone(phone, place.country, random);
      add(String(entity), [
        cleanName(company),
        orBlank(website(), 0.1, random),
        orBlank(typed(), 0.1, random),
        place.city,
      ]);
      const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
      for (let copy = 0; copy < Number(copies); copy++) {
        add(String(entity), [
          respell(company, random),
          orBlank(website(), 0.35, random),
          orBlank(typed(), 0.35, random),
          orBlank(place.city, 0.3, random),
        ]);
      }
      if (random.chance(0.06)) {
        const region = random.pick(['Europe', 'Asia Pacific', 'Leasing', 'Real Estate']);
        const child = { ...company, brand: `${company.brand} ${region}` };
        const other = makePlace(company.country, random);
        const own = writePhone(makePhone(other, random), other.country, random);
        add(`${entity}-${region}`, [cleanName(child), website(), own, other.city]);
      }
      if (random.chance(0.04)) {
        add(`${entity}-tenant`, [cleanName(makeCompany(random, taken)), '', typed(), place.city]);
      }
    }
  },
);
