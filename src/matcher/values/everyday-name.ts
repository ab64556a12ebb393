/** Names made of everyday words alone: every town has a First Baptist Church, and another's of that name is another. */
import { meaningOf } from './company-words.ts';

// Lines: English; German; French; Spanish and Portuguese; Italian and Dutch; Indonesian. Folded.
const listed = `first second third old new our of for in at and 1st 2nd 3rd s all great little big best quality star sunrise golden silver green blue red white black
main street corner park lake river hill valley mountain ocean bay beach forest garden gardens north south east west northern southern eastern western central
downtown uptown midtown village town city county state district regional municipal public general national federal royal united union people community family
neighborhood baptist methodist lutheran presbyterian episcopal catholic christian orthodox evangelical reformed adventist pentecostal congregational anglican
church chapel cathedral parish temple mosque synagogue congregation ministries ministry fellowship god christ jesus lord lady saviour grace faith hope calvary trinity
zion bethel emmanuel holy spirit sacred heart assembly st mary john paul peter joseph james luke mark matthew andrew michael thomas patrick george anne ann
high middle junior senior elementary primary secondary grammar nursery preparatory school schools kindergarten preschool daycare college university academy institute
library museum theater theatre gallery center hall hospital clinic medical dental health healthcare care pharmacy nursing hospice veterinary animal eye surgery
fire police department station sheriff court post office council chamber commerce housing authority water sewer electric power bank banks savings trust loan credit
foundation society association club rotary lions ymca salvation army cross food pantry shelter museum historical memorial veterans american legion
restaurant cafe coffee bar grill diner deli pizza pizzeria bakery kitchen house inn hotel motel lodge tavern pub barber hair beauty nail nails salon spa
cleaners laundry garage motors auto automotive tire tires repair service services towing car wash plumbing heating electric electrical roofing painting landscaping
hardware lumber furniture flowers florist books gift gifts shop store market supermarket grocery liquor jewelers optical dentistry dentist orthodontics fitness gym
insurance agency realty properties estate travel company group
grundschule hauptschule realschule gymnasium gesamtschule berufsschule volkshochschule kindergarten kita stadt gemeinde rathaus stadtwerke stadtbibliothek feuerwehr
freiwillige polizei krankenhaus klinikum stadtische stadtisches kreis kirche kirchengemeinde evangelische evangelisch katholische pfarrei apotheke alte neue rats lowen adler
gasthaus gasthof zur zum post krone sonne hirsch backerei metzgerei friseur autohaus sparkasse volksbank raiffeisenbank sportverein turnverein
mairie ecole lycee maternelle primaire centre hospitalier hopital pharmacie centrale boulangerie boucherie patisserie hotel ville poste gare paroisse eglise la le les de du des
place grand petit bibliotheque municipale syndicat garage moderne
ayuntamiento escuela colegio instituto primaria secundaria iglesia parroquia nuestra senora san farmacia panaderia biblioteca centro salud municipal universidad igreja
escola farmacia padaria prefeitura camara hospital clinica el los las del da do dos
comune scuola liceo elementare media parrocchia farmacia ospedale bar trattoria pizzeria panificio basisschool gemeente kerk apotheek bakkerij
sd smp sma smk negeri puskesmas rumah sakit umum daerah apotek toko warung makan bengkel gereja masjid kantor desa kecamatan`;

const words = new Set(
  listed
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((word) => [word, meaningOf(word)]),
);

/** A company's name, folded and without its legal form, of which every word is one of these or a number. */
export const isEverydayName = (name: string): boolean =>
  name.split(' ').every((word) => words.has(word) || /^\d+(?:st|nd|rd|th)?$/.test(word));
