/*
 * English words that are no keyword of anything. Function words end a phrase; the others may not stand alone,
 * and a phrase neither begins nor ends with one.
 */

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/u));
}

/** Function words, auxiliaries and the small change of conversation: no phrase contains one. */
export const FUNCTION_WORDS = words(`
  a about above across after again against ago all almost along already also although always am among an and
  another any anybody anyone anything anyway are around as at away back be became because become becomes been
  before began behind being below beside besides between beyond both but by can cannot could despite did do does
  doing done down during each either else especially etc even ever every everybody everyone everything except
  few for forward from further get gets getting give gives giving go goes going gone got gotta gonna had has
  have having he hence her here hers herself him himself his how however i if in including indeed inside instead
  into is it its itself just largely last later least less let lets like likely lot lots made mainly make makes
  making many may maybe me meanwhile might mine more moreover most mostly much must my myself near nearly neither
  never nevertheless next no nobody non none nor not nothing now nowhere of off often oh ok okay on once one ones
  only onto or other others otherwise ought our ours ourselves out over own per perhaps quite rather really
  regarding said same say saying says see seem seems seen several shall she should since so some somebody somehow
  someone something sometimes somewhere soon still such than that the their theirs them themselves then there
  thereby therefore these they thing things this those though through throughout thus till to together too toward
  towards under unless until unto up upon us usually various versus very via was we well went were what whatever
  when whenever where whereas wherever whether which whichever while who whoever whole whom whose why will with
  within without would yes yet you your yours yourself yourselves
  ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't
  wouldn't cant dont didnt doesnt im ive id ill youre thats whats lets
  yeah yep nope nah wow hey hi hello bye goodbye haha hahaha lol omg btw aww ah ooh oops ugh hmm uh um yay congrats
  thanks thank please sorry welcome cheers absolutely definitely certainly totally truly actually basically
  literally probably possibly obviously clearly simply exactly particularly
  monday tuesday wednesday thursday friday saturday sunday january february april june july august september
  october november december today tonight tomorrow yesterday
`);

/** Verbs, adjectives and nouns so general that alone they say nothing. */
export const GENERAL_WORDS = words(`
  able accept accepted according achieve add added agree agreed allow allowed allows amazing announce announced
  appear appeared appears apply appreciate approach arrive arrived ask asked asking aspect attend attended
  available awesome awful bad based beautiful begin begins beginning believe best better big bit blast born bring
  bringing brings brought build building built bunch buy called came care case cause caused certain chance change
  changed check chose come comes coming common complete completed completely consider considered consist consists
  contain contained containing contains continue continued cool couple course create created creating current
  currently cute day days deal decide decided describe described developed die died different difficult directed
  discover discovered discuss early easy end ended ends enjoy enjoyed enjoying enough entire established event
  exact example excited exciting expect experience explain face fact fairly fall fantastic far feature featured
  features featuring feel feeling feels fell felt figure final finally find finding finds fine finish finished
  first follow followed following follows form formed former found founded free full fun gave general glad good
  gosh great group grow grown guess guy guys half hand happen happened happening happens happy hard hear heard
  held help helped helpful helping helps high hit hold holding hope hoping hour hours huge idea important
  impressive include included includes incredible inspiring interesting involved joined keep keeping keeps kept
  kind kinda kinds knew know knowing known knows large late latter lead leading leads learn learned learning
  leave leaving led left let level life line little lives living local located long longer look looked looking
  looks lost love loved lovely loves loving low main major man manage mark mean means meant meet meeting member
  members memorable mention mentioned met mind minute minutes moment moments month months morning move moved
  moving name named names need needed needs new nice night notable note number numbers obtain occur occurred offer
  offered old open opened originally outside part particular parts past people perfect person piece pieces place
  places plan planned planning plans play played playing plays plus point popular position possible present
  pretty previous previously probably produced project proud provide provided provides public publish published
  pull put puts question quick quickly quite raise raised ran reach reached read ready real realize reason
  reasons received recent recently record recorded refer referred refers relax related release released remain
  remained remains remember remind reminder reminds report reported result return returned right role run
  running runs sad saw scene second section seeing sense sent separate series serve served serves set sets share
  shared sharing short show showed showing shows side significant similar simple single small soft solid sort
  sounds sound special spend spending spent stand start started starting starts stay stayed step stop strong
  stuff style super support supposed sure surprise take taken takes taking talk talked talking tell telling tells
  tend term terms think thinking third thought thoughts three time times took top total tough treat tried true
  try trying turn turned turns two type types understand unique upcoming use used useful uses using usual view
  visit wait waiting walk want wanted wants watch watched watching way ways week weekend weeks win wish
  wonderful word words work worked working works world worry worth write written wrong year years yesterday
  young four five six seven eight nine ten hundred thousand million billion
`);
