// Turns draws into addresses and phone numbers that hold together: city, state, postcode and area code of one place.
import type { Country } from './people-names.ts';
import type { Random } from './random.ts';

/** City, state, postcode start, area codes. A number is area code + subscriber digits; libphonenumber accepts every one (tested). */
type City = readonly [name: string, state: string, postcode: string, areaCodes: string];

interface CountryFacts {
  name: string;
  dialling: string;
  /** Digits of a postcode, its start included; British postcodes end in a letter pair of their own. */
  postcodeLength: number;
  subscriber: (random: Random) => string;
  streets: readonly string[];
  cities: readonly City[];
}

const list = (text: string): readonly string[] => text.split(',');

const trees = list(
  'Alder,Aspen,Beech,Birch,Cedar,Chestnut,Cypress,Elm,Hawthorn,Hickory,Juniper,Laurel,Linden,Magnolia,Maple,Myrtle,Poplar,Sequoia,Spruce,Sycamore,Walnut,Willow',
);
const sights = list(
  'Abbey,Bank,Bridge,Canal,Castle,Chapel,Church,Court,Depot,Dock,Ferry,Garden,Granary,Harbour,Hill,Lake,Market,Meadow,Mill,Orchard,Park,Quarry,River,School,Station,Tower,Valley,Vine',
);
const streetNames = [...trees, ...sights];

export const countries: Readonly<Record<Country, CountryFacts>> = {
  US: {
    name: 'United States',
    dialling: '1',
    postcodeLength: 5,
    subscriber: (random) => `${random.pick(['3', '4', '6', '7', '8'])}${random.digits(2)}${random.digits(4)}`,
    streets: streetNames.flatMap((name) => [`${name} St`, `${name} Ave`, `${name} Blvd`, `${name} Rd`]),
    cities: [
      ['Austin', 'TX', '787', '512'],
      ['Dallas', 'TX', '752', '214'],
      ['Houston', 'TX', '770', '713'],
      ['Denver', 'CO', '802', '303'],
      ['Boston', 'MA', '021', '617'],
      ['Seattle', 'WA', '981', '206'],
      ['Chicago', 'IL', '606', '312'],
      ['Atlanta', 'GA', '303', '404'],
      ['New York', 'NY', '100', '212'],
      ['San Francisco', 'CA', '941', '415'],
      ['San Diego', 'CA', '921', '619'],
      ['Portland', 'OR', '972', '503'],
      ['Phoenix', 'AZ', '850', '602'],
      ['Columbus', 'OH', '432', '614'],
      ['Cleveland', 'OH', '441', '216'],
      ['Detroit', 'MI', '482', '313'],
      ['Minneapolis', 'MN', '554', '612'],
      ['Nashville', 'TN', '372', '615'],
      ['Charlotte', 'NC', '282', '704'],
      ['Pittsburgh', 'PA', '152', '412'],
      ['Philadelphia', 'PA', '191', '215'],
      ['Miami', 'FL', '331', '305'],
      ['Tampa', 'FL', '336', '813'],
      ['Salt Lake City', 'UT', '841', '801'],
    ],
  },
  DE: {
    name: 'Germany',
    dialling: '49',
    postcodeLength: 5,
    subscriber: (random) => random.digits(7),
    streets: streetNames
      .slice(0, 20)
      .map(
        (_, i) =>
          list(
            'Ahornweg,Bahnhofstrasse,Bergstrasse,Birkenallee,Brueckenstrasse,Buchenweg,Burgstrasse,Fabrikstrasse,Gartenstrasse,Hafenstrasse,Hauptstrasse,Industriestrasse,Kirchplatz,Lindenallee,Marktplatz,Muehlenweg,Ringstrasse,Schulstrasse,Talstrasse,Wiesenweg',
          )[i] ?? 'Hauptstrasse',
      ),
    cities: [
      ['Berlin', 'Berlin', '101', '30'],
      ['Munich', 'Bavaria', '803', '89'],
      ['Hamburg', 'Hamburg', '200', '40'],
      ['Cologne', 'North Rhine-Westphalia', '506', '221'],
      ['Frankfurt', 'Hesse', '603', '69'],
      ['Stuttgart', 'Baden-Wuerttemberg', '701', '711'],
      ['Leipzig', 'Saxony', '041', '341'],
      ['Bremen', 'Bremen', '281', '421'],
    ],
  },
  GB: {
    name: 'United Kingdom',
    dialling: '44',
    postcodeLength: 0,
    subscriber: (random) => `4${random.digits(6)}`,
    streets: streetNames.flatMap((name) => [`${name} Road`, `${name} Lane`, `${name} Street`]),
    cities: [
      ['London', 'England', 'EC', '207'],
      ['Manchester', 'England', 'M', '161'],
      ['Birmingham', 'England', 'B', '121'],
      ['Leeds', 'England', 'LS', '113'],
      ['Edinburgh', 'Scotland', 'EH', '131'],
      ['Glasgow', 'Scotland', 'G', '141'],
      ['Liverpool', 'England', 'L', '151'],
      ['Sheffield', 'England', 'S', '114'],
    ],
  },
  FR: {
    name: 'France',
    dialling: '33',
    postcodeLength: 5,
    subscriber: (random) => random.digits(6),
    streets: list(
      'Rue des Acacias,Rue du Marche,Avenue de la Gare,Rue de la Fontaine,Boulevard du Port,Rue des Tanneurs,Avenue des Tilleuls,Rue du Moulin,Quai des Brumes,Place du Chateau,Rue des Lilas,Rue de la Forge,Avenue du Parc,Rue des Vignes,Chemin du Lac',
    ),
    cities: [
      ['Paris', 'Ile-de-France', '750', '142'],
      ['Lyon', 'Auvergne-Rhone-Alpes', '690', '472'],
      ['Marseille', "Provence-Alpes-Cote d'Azur", '130', '491'],
      ['Lille', 'Hauts-de-France', '590', '320'],
      ['Nantes', 'Pays de la Loire', '440', '240'],
      ['Bordeaux', 'Nouvelle-Aquitaine', '330', '556'],
    ],
  },
  ID: {
    name: 'Indonesia',
    dialling: '62',
    postcodeLength: 5,
    subscriber: (random) => `5${random.digits(6)}`,
    streets: list(
      'Jl. Melati,Jl. Mawar,Jl. Kenanga,Jl. Cempaka,Jl. Merdeka Timur,Jl. Pahlawan,Jl. Pemuda,Jl. Veteran,Jl. Industri Raya,Jl. Pelabuhan,Jl. Sungai Indah,Jl. Bukit Hijau,Jl. Danau Biru,Jl. Raya Selatan,Jl. Anggrek',
    ),
    cities: [
      ['Jakarta', 'DKI Jakarta', '101', '21'],
      ['Surabaya', 'Jawa Timur', '602', '31'],
      ['Bandung', 'Jawa Barat', '401', '22'],
      ['Medan', 'Sumatera Utara', '201', '61'],
      ['Semarang', 'Jawa Tengah', '501', '24'],
      ['Makassar', 'Sulawesi Selatan', '901', '411'],
    ],
  },
  AU: {
    name: 'Australia',
    dialling: '61',
    postcodeLength: 4,
    subscriber: (random) => random.digits(6),
    streets: streetNames.flatMap((name) => [`${name} Street`, `${name} Parade`, `${name} Terrace`]),
    cities: [
      ['Sydney', 'NSW', '20', '292'],
      ['Melbourne', 'VIC', '30', '396'],
      ['Brisbane', 'QLD', '40', '732'],
      ['Perth', 'WA', '60', '892'],
      ['Adelaide', 'SA', '50', '882'],
    ],
  },
};

export interface Place {
  street: string;
  city: string;
  state: string;
  postcode: string;
  country: Country;
  areaCodes: string;
}

export function makePlace(country: Country, random: Random): Place {
  const facts = countries[country];
  const [city, state, start, areaCodes] = random.pick(facts.cities);
  const house = random.int(1, 980);
  const name = random.pick(facts.streets);
  const afterName = country === 'DE' || country === 'ID';
  const unit = random.chance(0.2) && !afterName ? ` Suite ${random.int(2, 90)}0` : '';
  return {
    street: (afterName ? `${name} ${house}` : `${house} ${name}`) + unit,
    city,
    state,
    postcode: makePostcode(country, start, random),
    country,
    areaCodes,
  };
}

function makePostcode(country: Country, start: string, random: Random): string {
  const letter = () =>
    random.pick(['A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'L', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'W', 'X', 'Y', 'Z']);
  if (country === 'GB')
    return `${start}${random.int(1, start === 'EC' ? 4 : 9)}${start === 'EC' ? 'A' : ''} ${random.int(1, 9)}${letter()}${letter()}`;
  return (start + String(random.int(1, 99)).padStart(2, '0')).slice(0, countries[country].postcodeLength);
}

/** National number without trunk prefix. */
export function makePhone(place: Place, random: Random): string {
  return place.areaCodes + countries[place.country].subscriber(random);
}

/** One of the ways people type a number: international, national, bare digits. */
export function writePhone(national: string, country: Country, random: Random): string {
  const dialling = countries[country].dialling;
  const head = national.slice(0, 3);
  const middle = national.slice(3, 6);
  const end = national.slice(6);
  if (country !== 'US') {
    return random.pick([
      `+${dialling} ${head} ${middle} ${end}`,
      `+${dialling}${national}`,
      `0${head} ${middle}${end}`,
      `0${national}`,
    ]);
  }
  return random.pick([
    `(${head}) ${middle}-${end}`,
    `${head}-${middle}-${end}`,
    `+1 ${head} ${middle} ${end}`,
    `${head}.${middle}.${end}`,
    national,
  ]);
}
