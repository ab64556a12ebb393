/** Words of company names that mean one thing in several languages, each into one of them. */

// Lines: the word that stands for all, then its equals; folded, and no word that is a common name as well.
const meanings = `st saint sainte sankt san santa santo
university universitat universitaet universite universidad universidade universita universiteit universitet universitetet universitas uniwersytet univerzita univ uni
institute institut instituto istituto instituut institutt instytut inst
technical technische technischer technisches technique tecnica tecnico
technology technologies technologie technologien tecnologia tecnologias teknologi tech
academy akademie academie academia accademia akademi
college colegio colegiado collegio
school schule ecole escuela escola scuola skole sekolah
hospital krankenhaus hopital ospedale ziekenhuis sykehus sjukhus hosp
clinic klinik clinique clinica kliniek klinikum clinics
foundation stiftung fondation fundacion fundacao fondazione stichting stiftelsen yayasan
museum musee museo museu
library bibliothek bibliotheque biblioteca bibliotheek perpustakaan
society gesellschaft societe sociedad sociedade societa
association verband verein asociacion associacao associazione assoc assn asosiasi
federation foderation federacion federacao federazione
center centre zentrum centro centrum pusat
department abteilung departement departamento dipartimento dept
ministry ministerium ministere ministerio ministero kementerian
bank banque banco banca
insurance versicherung versicherungen assurance assurances seguros assicurazioni verzekeringen forsikring asuransi
energy energie energia energi
water wasser eau agua acqua
foods food lebensmittel alimentos alimentaire alimentari nahrungsmittel
beverages beverage getranke boissons bebidas bevande
transport transporte transports trasporti transportation
logistics logistik logistique logistica logistiek
trading handel handels comercio commercio perdagangan
construction bau construcciones construcao costruzioni konstruksi
engineering ingenieria ingenierie engenharia ingegneria
consulting beratung consultoria consulenza conseil advies
services service dienstleistungen servicios servicos servizi diensten jasa
solutions solution losungen soluciones solucoes soluzioni solusi
systems system systeme systemes sistemas sistemi
industries industry industrie industrien industrias industria industri
electronics electronic elektronik electronique electronica elettronica elektronika
chemicals chemical chemie chimie quimica chimica kimia
pharma pharmaceutical pharmaceuticals pharmazeutische pharmaceutique farmaceutica farma
machinery maschinen machines maquinaria macchine
metals metal metall metaux metales metalli
automotive auto automobile automobiles automoviles automobili otomotif
travel reisen voyages viajes viaggi
hotel hotels hoteles hoteis
publishing verlag editions editorial editora editore penerbit
furniture mobel meubles muebles moveis mobili
textiles textile textil textilien tessile tekstil
international internationale internacional internazionale intl internat internatl internasional
national nationale nacional nazionale natl nasional
general generale allgemeine
european europaische europeenne europea europeia
group gruppe groupe grupo gruppo grup
holdings holding beteiligungen
brothers bros freres hermanos irmaos fratelli gebruder
company compagnie compania companhia compagnia maatschappij mij
manufacturing mfg fabrication fabricacion manufaktur`;

const known = new Map(
  meanings.split('\n').flatMap((line) => {
    const [first = '', ...equals] = line.split(' ');
    return equals.map((word) => [word, first] as const);
  }),
);

/**
 * A title that a house was given and that may go unsaid: Koninklijke Ahold is Ahold. Not "royal": the Royal Bank of Canada is another
 * than the Bank of Canada.
 */
const honours = 'koninklijke koninklijk koninkl konink kon kungliga kungl kongelige kongelig kgl'.split(' ');
for (const word of honours) known.set(word, '');

/** Of so many letters a word is told by all but one: it is listed here, and no other word of names is so near. */
const longFrom = 10;
/** Long words, and these without one of their letters, into what they mean. */
const near = new Map(
  [...known, ...[...known.values()].map((word) => [word, word] as const)].flatMap(([word, meaning]) =>
    word.length < longFrom ? [] : [word, ...withoutOne(word)].map((one) => [one, meaning] as const),
  ),
);

/** What long words were found to mean: most come again. */
const asked = new Map<string, string>();
const mostAsked = 20_000;

function withoutOne(word: string): string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}

/** A folded word into the one that stands for all that mean the same; empty where it may go unsaid. */
export function meaningOf(word: string): string {
  const exact = known.get(word);
  if (exact !== undefined || word.length < longFrom - 1) return exact ?? word;
  const before = asked.get(word);
  if (before !== undefined) return before;
  const found = nearestOf(word);
  if (asked.size >= mostAsked) asked.clear();
  asked.set(word, found);
  return found;
}

function nearestOf(word: string): string {
  return (
    near.get(word) ??
    withoutOne(word)
      .map((rest) => near.get(rest))
      .find((found) => found !== undefined) ??
    word
  );
}
