/**
 * Words that ask to forget something, at the beginning of a clause, in the languages of the routing examples; what
 * follows them is meant. "Don't forget", "I forgot" and "forget it" ask for nothing.
 */
const ASKS: readonly RegExp[] = [
  /(?:^|[.!?,;:]\s*|\b(?:please|just|now|can you|could you|would you|i want you to)\s+)(?:please\s+)?(?:forget|erase from (?:your )?memory|delete from (?:your )?memory|(?:delete|erase|remove) (?:the |your |that )?(?:memory|memories|note|notes|entry) (?:of|about|that)|stop remembering|don't remember)\s+(?!it\b[.!,]?\s*$)(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\bbitte\s+|\bkannst du\s+)(?:bitte\s+)?(?:vergiss|vergessen sie|lösche?n?(?: sie)?)\s+(?:bitte,?\s*)?(?!nicht\b)(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\bpor favor,?\s+)(?:por favor,?\s+)?(?:olvida|olvide|borra|borre|esquece|esqueça|esqueca|apaga|apague)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\bs'il (?:te|vous) pla[iî]t,?\s+)(?:oublie|oubliez|efface|effacez)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\bper favore,?\s+)(?:dimentica|dimentichi|cancella)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*)(?:alsjeblieft\s+)?(?:vergeet|wis)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\bproszę,?\s+)(?:zapomnij|usuń)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|пожалуйста,?\s+)(?:забудь(?:те)?|удали(?:те)?)\s+(.{2,})/isu,
  /(?:^|[.!?,;:]\s*|\blütfen\s+)(.{2,}?)\s+(?:unut|sil)\b/isu,
  /(?:^|[。！？，；]|请|請)(?:忘记|忘記|忘掉|删除|刪除)(?:关于|關於)?(.{2,})/su,
  /(?:^|[。！？、])(.{2,}?)(?:のこと)?を?(?:忘れて|消して|削除して)(?!はいけない|しまった)/su,
  /(?:^|[.!?,]\s*)(.{2,}?)(?:을|를|은|는)?\s*(?:잊어|삭제해)\s*(?:줘|주세요)?/su,
];

/** What leads up to what is meant. */
const LEADS =
  /^(?:(?:that|about|all|everything|anything|what(?:ever)?|the fact that|dass|alles|was|que|todo|tout|ce que|che|tutto|dat|że|что|всё|о том|over|über|sobre|su|o|to|i|you|we|me|have|had|told|said|know|remember|ever|ich|dir|gesagt|habe|über)(?=[\s,]|$)[\s,]*)+/iu;

/** What a message asks to forget, as it says it; undefined for one that does not ask. */
export function forgetWishIn(text: string): string | undefined {
  for (const pattern of ASKS) {
    const meant = pattern.exec(text)?.[1]?.split(/[.!?。！？\n]/u)[0];
    if (meant !== undefined && meant.trim().length >= 2) return meant.trim();
  }
  return undefined;
}

/** The words of a wish that say what is meant, without those that lead up to it; none for "everything". */
export function meantBy(wish: string): string {
  return wish.replace(LEADS, "").replace(COURTESY, "").trim();
}

const COURTESY =
  /[\s,]+(?:please|thanks|thank you|ok|okay|bitte|danke|por favor|gracias|s'il te pla[iî]t|merci|per favore|grazie|obrigad[oa]|lütfen|пожалуйста|now|again)$/iu;
