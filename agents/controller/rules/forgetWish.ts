import { CONTROLLER_LIMITS } from "../limits.js";

/** What is meant, to the end of its sentence; before the word that asks for it, so much at most. */
const MEANT = String.raw`[^.!?。！？\n]{2,}`;
const MEANT_BEFORE = String.raw`[^.!?。！？\n]{2,200}?`;

/** Where a clause begins. */
const CLAUSE = String.raw`(?:^|[.!?,;:]\s?)`;

/** "Vergeet niet", "vergiss bitte nicht": the contrary. */
const NOT = "(?!(?:(?:bitte|alsjeblieft),? )?(?:nicht|niet|pas)\\b)";

/**
 * Words that ask to forget something, at the beginning of a clause, in the languages of the routing examples; what
 * follows them is meant. "Don't forget", "I forgot" and "forget it" ask for nothing. Between words of what is read
 * there is one space, and what stands before the verb is bounded: a long text costs no more than its length.
 */
const ASKS: readonly RegExp[] = [
  `(?:${CLAUSE}|\\b(?:please|(?<!\\b(?:i|we|you|they|not|never|to|will|would|[a-z]{2,6}n['’]t) )(?:just|now)|can you|could you|would you|i want you to) )(?:please )?(?:forget|erase from (?:your )?memory|delete from (?:your )?memory|(?:delete|erase|remove) (?:the |your |that )?(?:memory|memories|note|notes|entry) (?:of|about|that)|stop remembering|don't remember) (?!it\\b[.!,]? ?$)(${MEANT})`,
  `(?:${CLAUSE}|\\bbitte |\\bkannst du )(?:bitte )?(?:vergiss|vergessen sie|lösche?n?(?: sie)?) ${NOT}(?:bitte,? )?(${MEANT})`,
  `(?:${CLAUSE}|\\bpor favor,? )(?:por favor,? )?(?:olvida|olvide|borra|borre|esquece|esqueça|esqueca|apaga|apague) (${MEANT})`,
  `(?:${CLAUSE}|\\bs'il (?:te|vous) pla[iî]t,? )(?:oublie|oubliez|efface|effacez) ${NOT}(${MEANT})`,
  `(?:${CLAUSE}|\\bper favore,? )(?:dimentica|dimentichi|cancella) (${MEANT})`,
  `${CLAUSE}(?:alsjeblieft )?(?:vergeet|wis) ${NOT}(${MEANT})`,
  `(?:${CLAUSE}|\\bproszę,? )(?:zapomnij|usuń) (${MEANT})`,
  `(?:${CLAUSE}|пожалуйста,? )(?:забудь(?:те)?|удали(?:те)?) (${MEANT})`,
  `(?:${CLAUSE}|\\blütfen )(${MEANT_BEFORE}) (?:unut|sil)\\b`,
  `(?:^|[。！？，；]\\s?|请|請)(?:忘掉|删除|刪除|(?:忘记|忘記)(?!${MEANT_BEFORE}了(?:[。！？，；\\n]|$)))(?:关于|關於)?(${MEANT})`,
  `(?:^|[。！？、]\\s?)(${MEANT_BEFORE})(?:のこと)?を?(?:忘れて|消して|削除して)(?=ください|下さい|くれ|ほしい|欲しい|もら|いただ|頂|ね|よ(?!か)|[。！？!?\\n]|$)`,
  `(?:^|[.!?,]\\s?)(${MEANT_BEFORE})(?:을|를|은|는)? ?(?:잊어(?:버려)?|삭제해) ?(?:줘|주세요|[.!?\\n]|$)`,
].map((source) => new RegExp(source, "iu"));

/** "Vergiss meinen Geburtstag nicht" asks to keep it in mind. */
const KEPT = /^(?!.*\b(?:dass|dat)\b).* (?:nicht|niet)$/iu;

/** What leads up to what is meant. */
const LEADS =
  /^(?:(?:that|about|all|everything|anything|what(?:ever)?|the fact that|dass|alles|was|que|todo|tout|ce que|che|tutto|dat|że|что|всё|о том|over|über|sobre|su|o|to|i|you|we|me|have|had|told|said|know|remember|ever|ich|dir|gesagt|habe|über)(?=[\s,]|$)[\s,]*)+/iu;

/** What a message asks to forget, as it says it; undefined for one that does not ask. */
export function forgetWishIn(text: string): string | undefined {
  const read = text
    .slice(0, CONTROLLER_LIMITS.readCharacters)
    .replace(/\s+/gu, (gap) => (gap.includes("\n") ? "\n" : " "));
  for (const pattern of ASKS) {
    const meant = pattern.exec(read)?.[1]?.trim();
    if (meant !== undefined && meant.length >= 2 && !KEPT.test(meant)) return meant;
  }
  return undefined;
}

/** The words of a wish that say what is meant, without those that lead up to it; none for "everything". */
export function meantBy(wish: string): string {
  return wish.replace(LEADS, "").replace(COURTESY, "").trim();
}

const COURTESY =
  /(?<![\s,])[\s,]+(?:please|thanks|thank you|ok|okay|bitte|danke|por favor|gracias|s'il te pla[iî]t|merci|per favore|grazie|obrigad[oa]|lütfen|пожалуйста|now|again)$/iu;
