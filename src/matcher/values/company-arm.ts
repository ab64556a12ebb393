/** Words that tell one company of a house from another: what this arm of it does, or where. */

// Lines: English, German, French, Spanish and Italian, Indonesian.
const arms = `leasing finance financial financing capital credit insurance reinsurance mortgage logistics freight shipping realty estate
properties foundation charity academy university energy research pharmacy clinic hospital ventures investments
insurances assurance leasinggesellschaft finanz finanzen finanzierung versicherung versicherungen logistik spedition immobilien stiftung akademie
energie forschung beteiligungen financement financiere assurances logistique immobilier immobiliere fondation academie recherche
financiera finanzas seguros logistica inmobiliaria fundacion academia energia investigacion assicurazioni immobiliare fondazione
keuangan asuransi properti yayasan akademi pembiayaan
technical medical dental veterinary polytechnic
europe european emea apac asia asian pacific america americas africa nordic nordics scandinavia iberia benelux dach latam oceania`;

// What a company does may go unsaid, and is an arm of its own as often: it takes more than one shared thing to link these.
const trades = `services service solutions consulting bank travel trading retail
wholesale manufacturing construction engineering software systems technology technologies media design studio studios printing security
cleaning catering foods beverages fashion textiles furniture electronics motors automotive chemicals plastics packaging mining metals steel pharma
biotech diagnostics instruments robotics analytics cloud networks telecom aviation airlines marine rail farms agri agriculture vineyards
north south east west northern southern eastern western central nord sud sued ost norte sur este oeste ouest zuid noord usa us uk germany deutschland france italy spain india china japan canada
australia indonesia singapore mexico brazil netherlands switzerland austria
sweden norway denmark finland iceland ireland scotland wales england belgium luxembourg portugal greece turkey poland czechia hungary romania bulgaria
croatia serbia slovenia slovakia estonia latvia lithuania ukraine russia israel egypt morocco nigeria kenya ghana ethiopia tanzania uganda argentina
chile colombia peru ecuador venezuela uruguay philippines malaysia thailand vietnam taiwan korea pakistan bangladesh nepal qatar kuwait oman bahrain
oil gas petroleum petrochemical power water coal trust banking equipment development industrial agricultural commercial tobacco sugar cement paper rubber
dienstleistungen beratung handel bau technik maschinenbau bank reisen services conseil commerce voyages servicios consultoria comercio`;

// What a house is goes unsaid where there is one of the name: these tell two apart only where each has another.
const venues = `restaurant ristorante restaurante trattoria cafe caffe coffee bar grill bistro brasserie diner dining deli bakery lounge pub tavern
pizzeria hotel inn shop store market supermarket salon spa club gym theater theatre museum church school college library kiosk boutique gasthaus warung toko`;

const armWords = new Set(arms.split(/\s+/));
const tradeWords = new Set(trades.split(/\s+/));
const venueWords = new Set(venues.split(/\s+/));

export const isArm = (word: string): boolean => armWords.has(word);
export const isTrade = (word: string): boolean => tradeWords.has(word);
/** Of any of these. */
export const isKind = (word: string): boolean => armWords.has(word) || tradeWords.has(word) || venueWords.has(word);
