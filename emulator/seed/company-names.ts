// Holds the parts company names are put together from, and the trade each sector word stands for.
import type { Country } from './people-names.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const brandWords =
  words(`Alpine Amber Anchor Apex Arbor Arrow Aspen Atlas Aurora Banyan Basalt Beacon Birch Bluebell Boulder Bramble
  Bright Bronze Canyon Cardinal Cascade Cedar Chestnut Citadel Clearwater Cobalt Comet Compass Copper Coral Crescent Crimson Crown Crystal
  Cypress Delta Drift Eagle Eastgate Echo Ember Emerald Evergreen Falcon Fern Firefly Flint Fountain Foxglove Frontier Garnet Glacier Golden
  Granite Greenfield Grove Halcyon Harbor Harvest Hawthorn Hazel Helix Heron Highland Horizon Indigo Iris Iron Ivory Jade Juniper Keystone
  Kestrel Lagoon Lantern Laurel Liberty Lighthouse Lotus Lumen Magnolia Maple Marble Meridian Meadow Mesa Midland Mosaic Nimbus Northgate
  Oakwood Obsidian Ochre Olive Onyx Opal Orchard Orion Osprey Otter Pacific Palisade Paragon Pebble Pelican Phoenix Pinnacle Pioneer Plaza
  Polar Prairie Prism Quarry Quartz Quill Rainier Raven Redwood Ridge Riverbend Saffron Sage Sandstone Sapphire Sequoia Sierra Silver
  Skylark Slate Solstice Sparrow Spruce Sterling Stonebridge Summit Sunrise Tamarind Terrace Thistle Tidewater Timber Topaz Tribeca Tundra
  Umber Union Vale Vanguard Verdant Vertex Vista Walnut Waterfall Westgate Willow Windmill Woodland Yarrow Zenith Zephyr`);

export const indonesianBrandWords =
  words(`Abadi Agung Alam Anugerah Artha Bahari Bahtera Bakti Bintang Buana Cahaya Cemerlang Cipta Citra Dunia
  Fajar Gemilang Gunung Harapan Indah Intan Jaya Karya Kencana Lautan Lestari Makmur Mandiri Mega Mitra Mulia Multi Nusa Permata Perkasa
  Prima Puncak Rajawali Rimba Sakti Samudra Sejahtera Sentosa Sinar Sukses Sumber Tirta Tunggal Utama Wahana Wijaya`);

/** Sector word in a company's name, and the Industry picklist value that goes with it. */
export const sectors: readonly (readonly [word: string, industry: string])[] = [
  ['Logistics', 'Transportation'],
  ['Freight', 'Shipping'],
  ['Software', 'Technology'],
  ['Systems', 'Technology'],
  ['Analytics', 'Technology'],
  ['Robotics', 'Machinery'],
  ['Foods', 'Food & Beverage'],
  ['Beverages', 'Food & Beverage'],
  ['Textiles', 'Apparel'],
  ['Packaging', 'Manufacturing'],
  ['Plastics', 'Chemicals'],
  ['Chemicals', 'Chemicals'],
  ['Pharma', 'Biotechnology'],
  ['Diagnostics', 'Healthcare'],
  ['Clinics', 'Healthcare'],
  ['Insurance', 'Insurance'],
  ['Capital', 'Finance'],
  ['Credit', 'Banking'],
  ['Energy', 'Energy'],
  ['Solar', 'Energy'],
  ['Water', 'Utilities'],
  ['Telecom', 'Telecommunications'],
  ['Media', 'Media'],
  ['Studios', 'Entertainment'],
  ['Publishing', 'Media'],
  ['Hotels', 'Hospitality'],
  ['Travel', 'Hospitality'],
  ['Retail', 'Retail'],
  ['Furniture', 'Retail'],
  ['Builders', 'Construction'],
  ['Engineering', 'Engineering'],
  ['Consulting', 'Consulting'],
  ['Legal', 'Consulting'],
  ['Staffing', 'Consulting'],
  ['Electronics', 'Electronics'],
  ['Instruments', 'Electronics'],
  ['Automotive', 'Manufacturing'],
  ['Marine', 'Shipping'],
  ['Aerospace', 'Manufacturing'],
  ['Agri', 'Agriculture'],
  ['Education', 'Education'],
  ['Recycling', 'Environmental'],
];

/** Legal forms after the name; Indonesian forms stand before it (PT, CV), listed companies end in Tbk. */
export const legalForms: Readonly<Record<Country, readonly string[]>> = {
  US: ['Inc', 'Inc.', 'LLC', 'Corp', 'Co', 'Holdings Inc', ''],
  GB: ['Ltd', 'Limited', 'PLC', 'LLP', ''],
  AU: ['Pty Ltd', 'Ltd', 'Pty Limited', ''],
  DE: ['GmbH', 'AG', 'GmbH & Co. KG', 'KG', 'SE'],
  FR: ['S.A.', 'SARL', 'SAS', 'SA', ''],
  ID: ['PT', 'PT', 'CV', 'PT Tbk'],
};

/** Two spellings of one legal form, for the copies. */
export const legalFormVariants: Readonly<Record<string, readonly string[]>> = {
  Inc: ['Inc.', 'Incorporated', ', Inc.', ''],
  'Inc.': ['Inc', 'Incorporated', 'INC', ''],
  LLC: ['L.L.C.', ', LLC', ''],
  Corp: ['Corporation', 'Corp.', ''],
  Co: ['Company', 'Co.', ''],
  'Holdings Inc': ['Holdings', 'Holdings, Inc.'],
  Ltd: ['Limited', 'Ltd.', ''],
  Limited: ['Ltd', 'Ltd.', ''],
  PLC: ['plc', 'P.L.C.', ''],
  LLP: ['L.L.P.', ''],
  'Pty Ltd': ['Pty. Ltd.', 'P/L', ''],
  'Pty Limited': ['Pty Ltd', ''],
  GmbH: ['G.m.b.H.', 'Gesellschaft mbH', ''],
  AG: ['Aktiengesellschaft', ''],
  'GmbH & Co. KG': ['GmbH & Co KG', 'GmbH'],
  KG: ['KG.', ''],
  SE: ['Societas Europaea', ''],
  'S.A.': ['SA', ''],
  SA: ['S.A.', ''],
  SARL: ['S.A.R.L.', ''],
  SAS: ['S.A.S.', ''],
  PT: ['PT.', ''],
  CV: ['CV.', ''],
  'PT Tbk': ['PT', 'PT. Tbk', ''],
};
