import { fold } from "./fold.js";
import { hiddenIn } from "./hidden.js";
import { type Found, type Rule, Scan } from "./scan.js";

/** What a text has of an instruction to the model: a sum over the kinds found, each counted once. */
export interface Instructions {
  readonly score: number;
  readonly found: readonly Found[];
}

/** Letters in lower case, near enough: Unicode's own classes take long to compile. */
const LETTERS = "a-z\\u00aa\\u00b5\\u00df-\\u1fff\\u2c00-\\u2fef\\u3040-\\ufeff";

/** A pattern over lower-case text: a blank stands for any short white space, `\p{L}` for a letter. */
function patternOf(source: string): RegExp {
  const spelled = source
    .replaceAll(" ", '[\\s*_"“”`,.:;–]{1,4}')
    .replace(/\[[^\]]{0,99}\]/g, (part) => part.replaceAll("\\p{L}", LETTERS).replaceAll("\\p{N}", "0-9"))
    .replaceAll("\\p{L}", `[${LETTERS}]`);
  return new RegExp(spelled, "y");
}

/** One rule for each way to say it. */
function rule(
  kind: string,
  confidence: number,
  starts: string | readonly string[],
  ...alternatives: string[]
): Rule[] {
  return alternatives.map((source) => ({
    kind,
    starts: typeof starts === "string" ? starts.split("|") : starts,
    pattern: patternOf(source),
    confidence,
  }));
}

/** Up to some words in between. */
const gap = (words: number) => `(?:[\\p{L}\\p{N}'’/-]{1,24} ){0,${words}}`;

/** What an attacker wants to be rid of, or to see. */
const RULES_OF =
  "(?:instructions?|directions?|directives?|prompts?|rules?|guidelines?|commands?|orders|context|constraints?|restrictions?|programming|training|messages?|policies|policy|safeguards?|filters?)(?![\\p{L}])";
const WHICH =
  "(?:previous|prior|earlier|preceding|above|foregoing|initial|original|existing|current|system|developer|safety|all|any|every|your|these|those|other|past|old)";

const OVERRIDE: readonly Rule[] = [
  ...rule(
    "override",
    1,
    "ignore|ignoring|disregard|forget|override|overriding|bypass|neglect|discard|dismiss|drop|skip|abandon|void|cancel|erase|reset|delete",
    `(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|neglect|discard|dismiss|drop|skip|abandon|void|cancel|erase|reset|delete) ${gap(3)}${WHICH} ${gap(4)}${RULES_OF}`,
    `(?:ignore|disregard|forget) (?:everything|anything|all|what(?:ever)?)(?: that)? ${gap(5)}(?:before|above|previously|earlier|so far|told|said up|until now|prior)(?![\\p{L}])`,
  ),
  ...rule(
    "override",
    1,
    "do not|don|stop|pay no|previous|prior|earlier|preceding|above|foregoing|initial|original|existing|current|system|safety|all|any|your|old|new",
    `(?:do not|don['’]t|stop) (?:follow|following|obey|obeying|comply|complying|adhere|adhering|listen|listening) ${gap(3)}${WHICH} ${gap(3)}${RULES_OF}`,
    `pay no (?:attention|heed) to ${gap(4)}${RULES_OF}`,
    `${WHICH} ${gap(2)}${RULES_OF} (?:are|is|were|was|have been|has been|should be|must be|shall be|can be|no longer) ${gap(2)}(?:void|invalid|cancell?ed|overridden|superseded|replaced|revoked|obsolete|outdated|null|ignored|disregarded|deprecated|suspended|lifted|apply|applies|binding|discarded)`,
    `new (?:system )?(?:instructions?|prompt|directives?|orders)[:] `,
  ),
  ...rule(
    "override",
    1,
    "ignorier|vergiss|missachte|vergessen|beachte|oublie|ignore|ne tiens|ne tenez|fais abs|faites|olvida|ignora|no hagas|haz caso|descarta|esquece|esqueça|desconsider|dimentica|trascura|negeer|vergeet|zignoruj|ignoruj|zapomnij|glöm|ignorera|yoksay|görmezden|игнорируй|забудь|не обращай|проигнор|önceki|bỏ qua|abaikan|lupakan|zapomeň|unohda|ohita",
    `(?:ignorier\\p{L}{0,4}|vergiss|vergessen sie|missachte\\p{L}{0,2}|beachte\\p{L}{0,2}) ${gap(4)}(?:anweisungen|anweisung|instruktionen|vorgaben|befehle|regeln|prompts?|anleitungen)`,
    `(?:oublie[zrs]?|ignore[zrs]?|ne (?:tiens|tenez) (?:pas|plus) compte|fai(?:s|tes) abstraction) (?:de |des )?(?:toutes |tous )?(?:les|ces|ses|tes|vos|mes|la|le|aux|ta|ton|votre) ${gap(4)}(?:instructions?|consignes?|règles?|directives?|ordres|invites?)`,
    `(?:olvid[ae]\\p{L}{0,2}|ignor[ae]\\p{L}{0,2}|descart[ae]|haz caso omiso|no hagas caso) ${gap(5)}(?:instrucciones|instrucción|indicaciones|órdenes|reglas|directrices)`,
    `(?:esque[cç][ae]\\p{L}{0,2}|ignor[ae]\\p{L}{0,2}|desconsider[ae]) ${gap(5)}(?:instruções|instrução|ordens|regras|diretrizes|comandos)`,
    `(?:dimentica|ignora|trascura)\\p{L}{0,2} ${gap(5)}(?:istruzioni|regole|direttive|ordini|indicazioni)`,
    `(?:negeer|vergeet) ${gap(5)}(?:instructies|opdrachten|regels|aanwijzingen)`,
    `(?:zignoruj|ignoruj|zapomnij) ${gap(5)}(?:instrukcj\\p{L}{1,4}|polece\\p{L}{1,4}|zasad\\p{L}{0,3})`,
    `(?:glöm|ignorera) ${gap(5)}(?:instruktioner\\p{L}{0,2}|regler\\p{L}{0,2})`,
    `(?:про)?(?:игнорируй|забудь|не обращай внимания на|игнорируйте|забудьте)\\p{L}{0,2} ${gap(5)}(?:инструкци|указани|правил|команд)\\p{L}{0,3}`,
    `önceki ${gap(3)}(?:talimat|yönerge|komut)\\p{L}{0,8} ${gap(2)}(?:yok say|görmezden|unut)`,
    `bỏ qua ${gap(4)}(?:hướng|chỉ|lệnh)`,
    `(?:abaikan|lupakan) ${gap(3)}(?:instruksi|perintah|arahan)`,
  ),
  ...rule(
    "override",
    1,
    "忽略|无视|無視|忽視|忘记|忘記|不要理|请忽|以前|これま|上記|前の|이전|지금|تجاهل|انس|पिछल|سابق",
    "(?:请)?(?:忽略|无视|無視|忽視|忘记|忘記|不要理会)[^。.!！\\n]{0,16}(?:指令|指示|说明|規則|规则|提示|命令|要求)",
    "(?:以前|これまで|上記|前)の?[^。\\n]{0,12}(?:指示|命令|ルール|プロンプト|指令)[^。\\n]{0,6}(?:無視|忘れ)",
    "(?:이전|지금까지)[^.\\n]{0,16}(?:지시|명령|지침|규칙)[^.\\n]{0,8}(?:무시|잊)",
    "(?:تجاهل|انس)[^.\\n]{0,24}(?:التعليمات|الأوامر|تعليمات|القواعد)",
    "पिछल[^।\\n]{0,24}(?:निर्देश|आदेश|नियम)[^।\\n]{0,16}(?:अनदेखा|भूल|नज़रअंदाज़|नजरअंदाज)",
  ),
];

const ROLE: readonly Rule[] = [
  ...rule(
    "role-marker",
    1,
    ["<|"],
    "<\\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end_of_turn|channel|message|start|tool)\\|>",
  ),
  ...rule(
    "role-marker",
    1,
    ["[i", "[/", "<<", "[s", "<s", "</", "<i", "<a", "<d"],
    "\\[/?inst\\]",
    "<</?sys>>",
    "\\[/?(?:system|system_prompt)(?:[\\s_](?:message|prompt|override|note))?\\]",
    "</?(?:system|system_prompt|system-prompt|instructions|important_instructions|system-reminder|admin|developer)>",
  ),
  ...rule(
    "role-marker",
    1,
    "##",
    "#{2,4}[\\t\\u0020]{0,2}(?:system|instruction|developer)(?:[\\t\\u0020]{1,2}(?:prompt|message|override|instructions?))?[\\t\\u0020]{0,2}(?::|\\n)",
  ),
  ...rule(
    "role-marker",
    0.5,
    "system|developer|admin",
    "(?<=(?:^|\\n)[\\t\\s>*]{0,8})(?:system|developer)(?: (?:message|prompt|override|note|instruction|notice))?[:]",
    "(?:system|admin|developer) (?:override|prompt override|command override)(?![\\p{L}])",
  ),
  ...rule("role-marker", 0.8, '{"', '\\{"role"\\s{0,4}:\\s{0,4}"(?:system|developer|assistant)"'),
];

const TOOL: readonly Rule[] = [
  ...rule(
    "tool-call",
    0.8,
    ["<t", "<f", "<i", "</", "<u"],
    "</?(?:tool_calls?|tool_use|tool_response|tool_result|function_calls?|function_results?|invoke|use_mcp_tool)(?:[\\s>][^<]{0,64})?",
  ),
  ...rule(
    "tool-call",
    0.8,
    '{"',
    '\\{\\s{0,8}"(?:name|function|tool|tool_name|tool_calls|recipient_name)"\\s{0,4}:\\s{0,4}[^\\n]{1,80}?"(?:arguments|parameters|args|input|tool_input)"\\s{0,4}:',
    '\\{"(?:tool_calls|function_call)"\\s{0,4}:',
  ),
  ...rule(
    "tool-call",
    0.6,
    "call|invoke|execute|run|use",
    `(?:call|invoke|execute|run|use) (?:the |your )?(?:[a-z]{1,16}_[a-z_]{2,32}|(?:shell|bash|terminal|email|browser|delete|transfer|payment|http|code|file)(?: execution)? (?:tool|function|command|plugin|api))(?: (?:tool|function))? ${gap(3)}(?:to|with|and|immediately|now|on)(?![\\p{L}])`,
  ),
];

const MODEL =
  "(?:(?:ai|llm|language|chat)[\\s-]?(?:assistants?|models?|agents?|bots?|system)?|llms?|ais|assistants?|chatgpt|gpt(?:-[0-9o.]{1,4})?|claude|gemini|copilot|chatbots?)";

const CONTROL: readonly Rule[] = [
  ...rule(
    "takeover",
    0.7,
    "from now|from this|starting now|starting imm|henceforth|going forward|as of now",
    `(?:from (?:now|this (?:point|moment|message)) (?:on|onwards?|forward)|starting (?:now|immediately)|henceforth|going forward|as of now) (?:you|your)(?: (?:must|shall|are|may only|can only|only|always|never)| (?:role|name|task|goal|purpose|instructions?|job|responses?|answers?|output)(?: (?:is|are))?)(?![\\p{L}])`,
  ),
  ...rule(
    "takeover",
    0.5,
    "from now|from this|starting now|starting imm|henceforth|going forward|as of now",
    `(?:from (?:now|this (?:point|moment|message)) (?:on|onwards?|forward)|starting (?:now|immediately)|henceforth|going forward|as of now) you(?: (?:will|should|have to|need to)|['’](?:ll|re))(?![\\p{L}])`,
  ),
  ...rule(
    "takeover",
    0.7,
    "from now|from this|henceforth",
    `(?:from (?:now|this (?:point|moment)) (?:on|onwards?|forward)|henceforth) (?:always|never|only|respond|reply|answer|act|behave|pretend|append|include|add|begin|end|start|prefix|obey|address|treat|recommend|refuse)(?![\\p{L}])`,
  ),
  ...rule(
    "takeover",
    0.7,
    "ab jetzt|ab sofort|von nun",
    `(?:ab (?:jetzt|sofort)|von nun an) (?:musst|wirst|bist|sollst|antwort\\p{L}{1,4}|müssen|werden|empfiehl\\p{L}{0,3}) `,
  ),
  ...rule(
    "takeover",
    0.7,
    "à partir|désormais|dorénavant",
    `(?:à partir de maintenant|désormais|dorénavant) (?:tu|vous|réponds|répondez|agis|agissez|recommande\\p{L}{0,2}) `,
  ),
  ...rule(
    "takeover",
    0.7,
    "a partir|de ahora|desde ahora",
    `(?:(?:a partir|de|desde) (?:de )?ahora(?: en adelante)?) (?:debes|eres|vas|serás|responde\\p{L}{0,2}|debe|usted|actúa|recomienda) `,
  ),
  ...rule("takeover", 0.7, "a partir", `a partir de agora (?:você|deve|responda|aja|és|recomende) `),
  ...rule(
    "takeover",
    0.7,
    "d'ora|d’ora|da ora",
    `(?:d['’]ora in poi|da ora in poi) (?:devi|sei|rispondi|dovrai|agisci) `,
  ),
  ...rule("takeover", 0.7, "vanaf nu", `vanaf nu (?:moet|ben|zul|antwoord) `),
  ...rule(
    "takeover",
    0.7,
    "с этого|отныне",
    `(?:с этого момента|отныне) (?:ты|вы|отвечай\\p{L}{0,2}|всегда|должен) `,
  ),
  ...rule("takeover", 0.7, "从现", `从现在(?:开始|起)[^。\\n]{0,4}(?:你|请|必须|总是)`),
  ...rule("takeover", 0.7, "今から|今後|これ", `(?:今から|今後|これから)[^。\\n]{0,4}(?:あなたは|必ず|常に)`),
  ...rule(
    "persona",
    0.7,
    "you are|you'|you’|act as|pretend|roleplay|simulate|behave|respond as",
    `(?:you are|you['’]re|act as|pretend (?:to be|you are|you['’]re)|roleplay as|simulate|behave as|respond as) ${gap(3)}(?:dan|jailbroken|unrestricted|unfiltered|uncensored|unbound|evil|root|admin mode|administrator mode|god mode|developer mode|debug mode|without (?:any )?(?:restrictions|limits|rules|filters|guidelines))(?![\\p{L}])`,
  ),
  ...rule(
    "persona",
    0.7,
    "enter|enable|activate|switch|you have",
    `(?:enter|enable|activate|switch (?:to|into)|you have entered) ${gap(2)}(?:developer|debug|maintenance|god|dan|jailbreak|admin|root|unrestricted|sudo|test|diagnostic|override) mode`,
  ),
  ...rule(
    "persona",
    0.7,
    "you are|you'|you’",
    `(?:you are|you['’]re) (?:now|no longer) (?:an? |the |my |bound )${gap(3)}(?:${MODEL}|hacker|pirate|bound|bot|agent|persona|character|oracle|terminal|shell|interpreter)(?![\\p{L}])`,
  ),
  ...rule(
    "prompt-leak",
    0.8,
    "reveal|print|repeat|show|output|display|disclose|leak|tell|share|dump|expose|return|write|give|what",
    `(?:reveal|print|repeat|show|output|display|disclose|leak|tell|share|dump|expose|return|write out|give) ${gap(4)}(?:your|the|its|this|hidden|full|entire) ${gap(2)}(?:system prompt|system message|initial prompt|hidden (?:prompt|instructions)|secret instructions|developer (?:message|prompt)|initial instructions|original instructions|system instructions)`,
  ),
  ...rule(
    "concealment",
    0.7,
    "do not|don|never|avoid",
    `(?:do not|don['’]t|never|avoid) (?:ever )?(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|reveal(?:ing)?|alert(?:ing)?|notify(?:ing)?|warn(?:ing)?|disclos(?:e|ing)|show(?:ing)?|ask(?:ing)?|let) ${gap(5)}(?:the |your |any |this )(?:(?:end )?users?|human|operator|customer|person you are)(?![\\p{L}])`,
  ),
  ...rule(
    "concealment",
    0.7,
    "without",
    `without (?:telling|informing|notifying|alerting|asking|mentioning ${gap(3)}to|the knowledge of|confirmation from|permission from|approval from|warning|letting) ${gap(2)}(?:the |your )(?:(?:end )?users?|human|operator|customer)(?![\\p{L}])`,
  ),
  ...rule(
    "concealment",
    0.7,
    "keep|hide",
    `(?:keep|hide) (?:this|these|it)(?: instructions?)? ${gap(3)}(?:from) (?:the )?(?:user|human|operator|customer)s?(?![\\p{L}])`,
  ),
  ...rule(
    "concealment",
    0.7,
    "make sure|ensure",
    `(?:make sure|ensure)(?: that)? the (?:user|human|operator) (?:does not|doesn['’]t|never|is not|isn['’]t|cannot) ${gap(2)}(?:see|notice|know|aware|learn|find|realize|realise|told|informed)`,
  ),
  ...rule(
    "addressed-to-model",
    0.6,
    "attention|note|notice|message|instruction|important|hinweis|nota|reminder|warning",
    `(?:attention|note|notice|message|instructions?|important(?: (?:message|notice|note|instructions?))?|hinweis|nota|reminder|warning) (?:(?:to|for|an|para|pour|the|all|any|every|alle|la|el|les|die) ){0,3}${MODEL}(?: ${gap(4)}(?:reading|processing|summari[sz]ing|parsing|analy[sz]ing|viewing) ${gap(2)}(?:this|the)(?: \\p{L}{1,16})?)?\\s?[:]`,
  ),
  ...rule(
    "addressed-to-model",
    0.6,
    "ai|llm|language|chat|assistant|gpt|claude|gemini|copilot|bot|agent",
    `${MODEL}(?: that (?:is|are))? ${gap(2)}(?:reading|processing|summari[sz]ing|parsing|analy[sz]ing|ingesting|indexing) ${gap(1)}(?:this|these)(?![\\p{L}])`,
    `(?:ai|llm)s? ${gap(2)}(?:must|should|are required to|shall|is required to) (?:ignore|include|follow|respond|recommend|say|state|always|never|output|append|treat|disregard|forward|send)(?![\\p{L}])`,
  ),
  ...rule(
    "addressed-to-model",
    0.6,
    "as an|if you",
    `as an (?:ai|llm|language model|assistant)[^.\\n]{0,24}(?:you must|you should|you are required|you will|you shall)`,
    `if you(?:['’]re| are) an? (?:ai|llm|large language model|language model)(?![\\p{L}])`,
  ),
  ...rule(
    "memory-order",
    0.7,
    "remember|always remember|memorize|memorise|store|save|record|persist|write",
    `(?:(?:always )?remember|memori[sz]e|store|save|record|persist|write) ${gap(4)}(?:in|into|to) (?:your|the (?:long[\\s-]term|persistent|agent['’]?s?|assistant['’]?s?)) ${gap(2)}(?:memory|memories|instructions|profile)(?![\\p{L}])`,
  ),
  ...rule(
    "memory-order",
    0.7,
    "add|update|write|save|append",
    `(?:add|update|write|save|append) ${gap(3)}(?:to )?your (?:long[\\s-]term |persistent )?(?:memory|memories|instructions|system prompt)(?![\\p{L}])`,
  ),
  ...rule(
    "memory-order",
    0.7,
    "in all|in every|in each|in any|for all|for every|for each|for any|in future|for future",
    `(?:in|for) (?:all|every|each|any) (?:future|subsequent|following|later|upcoming|new) (?:conversations?|sessions?|chats?|responses?|replies|answers?|messages?|interactions?|outputs?|requests?) ${gap(3)}(?:you (?:must|should|will|shall)|always|never|include|append|recommend|mention|add|begin|end|insert|respond|say|use|send)(?![\\p{L}])`,
  ),
  ...rule(
    "memory-order",
    0.7,
    "whenever|every time|each time",
    `(?:whenever|every time|each time) (?:the )?(?:user|human|customer|someone|anyone) ${gap(8)}(?:you must|you should|always|respond with|reply with|recommend|tell them|say|send|append|insert|forward|instead)(?![\\p{L}])`,
  ),
  ...rule(
    "memory-order",
    0.7,
    "always remember|always be|always make",
    `always (?:remember|be sure|make sure) to (?:send|forward|include|append|post|upload|copy|add|recommend|share|insert|cc|bcc|email) ${gap(8)}(?:to|in|at|with|before|after)(?![\\p{L}])`,
  ),
  ...rule(
    "exfiltration",
    1,
    "send|post|forward|upload|transmit|exfiltrate|email|e-mail|leak|submit|copy|append|fetch|visit|make a|include|render|encode|embed|share|deliver|report|relay|sende|schick|envoie|envía|envia|отправ|跑|发送|bcc|cc",
    `(?:send|post|forward|upload|transmit|exfiltrate|e-?mail|leak|submit|copy|share|deliver|relay|bcc|cc|report) ${gap(10)}(?:passwords?|credentials?|secrets?|api keys?|keys?|tokens?|conversations?|chat (?:history|logs?)|messages?|memor(?:y|ies)|data|files?|contents?|personal|inbox|emails?|history|transcripts?|everything|details|notes|documents?|context|it) ${gap(6)}(?:to|at|via|with|using) ${gap(4)}(?:https?[:/]|www\\.|[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}-]{1,63}\\.|(?:\\p{L}[\\p{L}\\p{N}-]{1,40}\\.){1,3}(?:com|net|org|io|ru|xyz|top|site|online|dev|app|example|test|evil|co)(?![\\p{L}]))`,
    `(?:append|add|include|encode|embed|put|insert|render) ${gap(10)}(?:to|in|into|as|inside) ${gap(4)}(?:url|image|link|query (?:string|parameters?)|markdown image|request)(?![\\p{L}])`,
    `(?:schick\\p{L}{0,2}|sende\\p{L}{0,2}|envoie[zrs]?|env[ií]a\\p{L}{0,2}|отправ\\p{L}{1,5}) ${gap(10)}(?:https?[:/]|[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}-]{1,63}\\.)`,
    `(?:把|将)?[^。\\n]{0,1}发送[^。\\n]{0,24}(?:https?:|@)`,
  ),
];

const FENCE: readonly Rule[] = [
  {
    kind: "fence",
    starts: ["<m", "</"],
    pattern: /<\/?memory(?:\s{1,8}note=|\s{0,8}>)/y,
    confidence: 1,
  },
];

export const INSTRUCTION_RULES: readonly Rule[] = [...OVERRIDE, ...ROLE, ...TOOL, ...CONTROL, ...FENCE];

const SCAN = new Scan(INSTRUCTION_RULES);

/** Base64 of a sentence or more. */
const ENCODED = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{32,4096}={0,2}(?![A-Za-z0-9+/=_-])/g;

/** Base64 of a sentence has a run of letters and digits as long as this. */
const ENCODED_WORD = 16;

/** Characters of base64 that are decoded of one text. */
const DECODED_CHARACTERS = 64 * 1024;

const READABLE = /^[\t\n\r\x20-\x7e]{16,}$/;

/**
 * How much a text looks like an instruction to the model rather than something to remember, with what was
 * found. Says nothing about who may say so: see `quarantineScore`.
 */
export function instructionsIn(text: string): Instructions {
  const folded = fold(text);
  const found = [...hiddenIn(text)];
  const note = (kind: string, confidence: number, start: number, end: number) =>
    found.push({ kind, confidence, start: folded.place(start), end: folded.place(end - 1) + 1 });
  const { longestWord } = SCAN.find(inLowerCase(folded.text), ({ kind, confidence }, start, end) =>
    note(kind, confidence, start, end),
  );
  const encoded = longestWord < ENCODED_WORD ? [] : encodedIn(folded.text);
  for (const { 0: blob, index } of encoded) {
    const said = Buffer.from(blob, "base64").toString("latin1");
    if (!READABLE.test(said)) continue;
    let strongest = 0;
    SCAN.find(inLowerCase(said), (rule) => {
      strongest = Math.max(strongest, rule.confidence);
    });
    if (strongest > 0) note("encoded", strongest, index, index + blob.length);
  }
  const strongest = new Map<string, number>();
  for (const { kind, confidence } of found)
    strongest.set(kind, Math.max(strongest.get(kind) ?? 0, confidence));
  const score = [...strongest.values()].reduce((sum, confidence) => sum + confidence, 0);
  return { score, found: found.sort((a, b) => a.start - b.start) };
}

/** A few capitals are longer in lower case; such a text is taken as it is, so that places stay. */
function inLowerCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

function* encodedIn(text: string): Generator<RegExpMatchArray & { index: number }> {
  let left = DECODED_CHARACTERS;
  for (const match of text.matchAll(ENCODED)) {
    left -= match[0].length;
    if (left < 0) return;
    yield match as RegExpMatchArray & { index: number };
  }
}
