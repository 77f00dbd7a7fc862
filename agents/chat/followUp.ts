/** How messages begin that go on from the one before. */
const BEGINS = new RegExp(
  `^[\\s¿¡"'“(]*(?:(?:${[
    "and|but|or|so|then|what about|how about|what of|same for",
    "und|aber|oder|was ist mit|wie steht es mit|wie war es mit",
    "et|mais|ou|qu['’]en est-il de",
    "y|pero|qué hay de|e|mas|ou|ma",
    "en|maar|of|hoe zit het met",
    "а|и|но|что насчёт|что насчет|как насчёт",
  ].join("|")})(?![\\p{L}\\p{N}])|那么|那|还有|還有|では|じゃあ|それで|あと)`,
  "iu",
);

/** Words that stand for somebody or something that was named before. */
const STANDS_FOR = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${[
    "he|she|it|they|him|her|his|hers|its|them|their|theirs|that|there|this|those|these",
    "er|ihm|ihn|ihre?[nrms]?|seine?[nrms]?|davon|damit|dort|dazu",
    "elles?|lui|leurs?|ils?|celle-ci|celui-ci",
    "él|ellas?|ellos|sus?|eso|allí",
    "eles?|elas?|dele|dela|isso",
    "lei|loro|suo|suoi|lì",
    "hij|zij|hem|haar|hun|daar",
    "он|она|они|его|её|ее|их|ему|ей|там",
  ].join("|")})(?![\\p{L}\\p{N}])|[他她它]|彼女?|それ|そこ`,
  "iu",
);

export function beginsAsFollowUp(message: string): boolean {
  return BEGINS.test(message);
}

export function standsForOther(message: string): boolean {
  return STANDS_FOR.test(message);
}

/** The text without the words that make it a follow-up. */
export function withoutBeginning(message: string): string {
  return message.replace(BEGINS, " ");
}
