/*
 * Nouns that the rules must know: who belongs to a person, what can be the "R" of "the R of X", and what an
 * article about a thing calls it.
 */

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(",").map((word) => word.trim().replace(/\s+/gu, " ")));
}

/** People and animals that belong to a person: "my sister Ana", "Ana's dog Max". */
export const RELATIVES =
  words(`mother, father, mom, mum, dad, parent, son, daughter, child, kid, baby, brother, sister,
  half-brother, half-sister, twin, stepmother, stepfather, stepson, stepdaughter, wife, husband, spouse, partner,
  girlfriend, boyfriend, fiancé, fiancée, fiance, fiancee, uncle, aunt, cousin, nephew, niece, grandmother, grandfather,
  grandma, grandpa, granddaughter, grandson, mother-in-law, father-in-law, brother-in-law, sister-in-law, friend,
  best friend, roommate, flatmate, housemate, colleague, coworker, co-worker, boss, manager, supervisor, neighbor,
  neighbour, teacher, coach, doctor, dentist, therapist, mentor, student, assistant, landlord, dog, cat, puppy, kitten,
  pup, horse, pony, bird, parrot, hamster, rabbit, turtle, fish, pet, snake, guinea pig, pupper, tortoise, lizard`);

/** What somebody has one of, and says in one sentence: "my phone number is …". */
export const ATTRIBUTES =
  words(`name, full name, first name, last name, surname, maiden name, nickname, middle name, age,
  birthday, date of birth, birth date, birthplace, hometown, home town, address, home address, email, email address,
  e-mail, phone, phone number, number, cell phone number, mobile number, username, user name, password, job, job title,
  occupation, profession, employer, company, workplace, nationality, citizenship, native language, mother tongue,
  first language, religion, major, zodiac sign, star sign, blood type, height, weight, shoe size, salary, hobby,
  citizenship, team, school, university, alma mater, genre, capital, currency, population, headquarters, status,
  wifi password, size, license plate, time zone, timezone, pronouns, gender, breed, colour, color, position, sport`);

/** Heads of "the R of X" that name a role or a lasting property. */
export const ROLES =
  words(`capital, capital city, largest city, biggest city, second largest city, oldest city, county seat, seat,
  official language, official languages, national language, main language, currency, population, national anthem,
  anthem, national sport, national animal, motto, president, vice president, prime minister, deputy prime minister,
  chancellor, king, queen, emperor, empress, sultan, prince, princess, duke, duchess, count, countess, earl, baron,
  baroness, marquess, margrave, viscount, lord, lady, pope, bishop, archbishop, governor, mayor, minister, premier,
  senator, ambassador, chief, chief executive officer, ceo, cto, cfo, coo, chief executive, chairman, chairwoman,
  chairperson, chair, head, head of state, head of government, chief of staff, head coach, head teacher, headmaster, headmistress, coach,
  manager, general manager, captain, secretary, secretary general, general secretary, treasurer, dean, rector, principal,
  provost, judge, chief justice, commander, commander-in-chief, leader, director, managing director, executive director,
  founder, co-founder, cofounder, owner, co-owner, author, co-author, writer, screenwriter, creator, co-creator, composer,
  lyricist, songwriter, producer, executive producer, editor, editor-in-chief, publisher, developer, designer, architect,
  inventor, discoverer, painter, sculptor, illustrator, host, presenter, narrator, singer, lead singer, lead vocalist,
  vocalist, drummer, guitarist, lead guitarist, bassist, keyboardist, frontman, performer, manufacturer, distributor,
  broadcaster, original broadcaster, origianl broadcaster, patron, patron saint, heir, heir apparent, successor,
  predecessor, namesake, mother, father, parent, son, daughter, child, brother, sister, half-brother, half-sister, sibling,
  twin, twin brother, twin sister, stepmother, stepfather, wife, husband, spouse, widow, consort, mistress, uncle,
  aunt, cousin, nephew, niece, grandmother, grandfather, granddaughter, grandson, great-grandson, great-grandfather,
  son-in-law, daughter-in-law, father-in-law, mother-in-law, brother-in-law, ancestor, descendant, mouth, source,
  tributary, highest point, highest mountain, longest river, largest lake, headquarters, birthplace, place of birth,
  date of birth, parent company, subsidiary, sequel, prequel, remake, spin-off, adaptation, genre, religion, language,
  original language, continent, country, sport, position, mascot, nickname, official name, employer, age, name,
  officeholder, title track, lead single, home ground, home stadium, alma mater, nationality, native language`);

/** "X is a member of Y": the relation keeps its direction instead of being the other's property. */
export const FORWARD_ROLES: ReadonlyMap<string, string> = new Map([
  ["member", "member of"],
  ["founding member", "member of"],
  ["citizen", "citizen of"],
  ["part", "part of"],
  ["native", "from"],
  ["resident", "lives in"],
  ["graduate", "educated at"],
  ["alumnus", "educated at"],
  ["alumna", "educated at"],
  ["employee", "works at"],
  ["suburb", "suburb of"],
  ["subsidiary", "owner"],
  ["tributary", "tributary of"],
  ["sequel", "sequel of"],
  ["prequel", "prequel of"],
  ["remake", "remake of"],
  ["adaptation", "based on"],
]);

/** Things that articles are about; what is none of them and was born or died is a person. */
const THINGS =
  /^(?:film|movie|documentary|short|sitcom|series|show|drama|soap|programme|program|episode|album|EP|song|single|track|soundtrack|opera|ballet|musical|play|novel|book|novella|poem|comic|manga|anime|magazine|newspaper|journal|game|videogame|painting|sculpture|band|group|duo|trio|orchestra|choir|company|corporation|manufacturer|brand|label|studio|station|channel|network|airline|bank|organization|organisation|association|party|league|club|team|university|college|school|academy|institute|museum|library|hospital|church|cathedral|abbey|temple|mosque|castle|palace|building|house|tower|bridge|road|street|highway|railway|airport|stadium|park|village|town|city|municipality|commune|district|county|province|state|region|country|republic|kingdom|island|river|lake|mountain|mount|valley|peninsula|township|community|settlement|suburb|neighborhood|neighbourhood|parish|hamlet|genus|species|breed|language|dialect|genre|festival|award|tournament|competition|event|war|battle|treaty|law|act|ship|aircraft|car|locomotive|protein|gene|drug|disease)s?$/iu;

export function isThing(noun: string): boolean {
  return THINGS.test(noun);
}

const PERSON_NOUN =
  /^(?:nurse|chef|vegan|vegetarian|mom|mum|dad|parent|grandparent|mother|father|student|athlete|poet|judge|priest|nun|monk|cop|veteran|freelancer|lawyer|attorney|pilot|coach|guide|model|scout|soldier|spy|clerk|prelate|jockey|diplomat|architect|comedian|rabbi|cartoonist|peer|nobleman|noblewoman|monarch|businessman|businesswoman|(?:(?:\p{L}|-){2,}(?:ist|ician|grapher|ographer|ologist))|(?:\p{L}|-)*(?:engineer|developer|designer|writer|author|driver|dancer|singer|rapper|drummer|composer|songwriter|producer|manager|painter|player|footballer|cricketer|wrestler|boxer|golfer|swimmer|runner|racer|vaulter|jumper|skater|skier|rower|teacher|trainer|officer|fighter|worker|doctor|actor|actress|director|editor|professor|counselor|counsellor|instructor|translator|woman|man|filmmaker|keeper|owner|farmer|baker|banker|programmer|researcher|lecturer|carpenter|plumber|barber|butcher|builder|surgeon|librarian|historian|accountant|consultant|assistant|waitress|waiter|senator|governor|sculptor|inventor|explorer|conductor|minister|presenter|broadcaster|critic|scholar|lieutenant|commander|physician|mathematician|politician|musician))$/iu;

/** What a person is, rather than how the person feels: "a nurse", not "a mess". */
export function isPersonNoun(noun: string): boolean {
  return PERSON_NOUN.test(noun);
}
