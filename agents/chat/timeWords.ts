/** How one language speaks of times, as sources of regular expressions. English has rules of its own (`timesIn`). */
export interface TimeWords {
  /** Frequent words: they tell the language, and nothing about what is asked for. */
  readonly tells: string;
  /** By days from today. */
  readonly days: Readonly<Record<string, string>>;
  /** By weeks, weekends, months and years from the one that is now. */
  readonly steps: Readonly<Record<Unit, Readonly<Record<string, string>>>>;
  /** "three UNITS ago": `N` stands for the number and `U` for the unit. */
  readonly ago: readonly string[];
  /** Words for 1, 2 and so on. */
  readonly numbers: readonly string[];
  readonly units: Readonly<Record<"day" | Unit, string>>;
  /** From Monday on. */
  readonly weekdays: readonly string[];
  /** "last Monday": `W` stands for the day. */
  readonly lastWeekday: readonly string[];
  /** From January on; "in MONTH YEAR" with `M` and `Y`, the year may be missing where it says so. */
  readonly months: readonly string[];
  readonly month: readonly string[];
  /** Its words have no spaces between them. */
  readonly unspaced?: true;
}

export type Unit = "week" | "weekend" | "month" | "year";

const list = (words: string) => words.split(" ");

export const TIME_WORDS: Readonly<Record<string, TimeWords>> = {
  de: {
    tells:
      "und|der|die|das|ich|was|wann|habe|haben|war|ist|mit|wir|wo|wer|mein|meine|im|am|vor|letzte[nrs]?|gemacht|über|ist|wie|von|zu|ein|eine[mnrs]?|den|dem|des|es|aus|bei",
    days: { "-2": "vorgestern", "-1": "gestern", "0": "heute", "1": "morgen", "2": "übermorgen" },
    steps: {
      week: {
        "-1": "(?:letzte|vergangene|vorige)[nr]? woche",
        "0": "diese[r]? woche",
        "1": "nächste[nr]? woche",
      },
      weekend: {
        "-1": "(?:letzte|vergangene|vorige)[sn]? wochenende",
        "0": "diese[sm] wochenende",
        "1": "nächste[sn]? wochenende",
      },
      month: {
        "-1": "(?:letzte|vergangene|vorige)[nmr] monat",
        "0": "diese[nm] monat",
        "1": "nächste[nmr] monat",
      },
      year: {
        "-1": "(?:letzte|vergangene|vorige)[sn]? jahr",
        "0": "diese[sm] jahr",
        "1": "nächste[sn]? jahr",
      },
    },
    ago: ["vor N U"],
    numbers: list("eine[mnr]? zwei drei vier fünf sechs sieben acht neun zehn"),
    units: {
      day: "tag(?:en)?",
      week: "wochen?",
      weekend: "wochenenden?",
      month: "monat(?:en)?",
      year: "jahr(?:en)?",
    },
    weekdays: list("montag dienstag mittwoch donnerstag freitag (?:samstag|sonnabend) sonntag"),
    lastWeekday: ["(?:letzten|vergangenen|vorigen|am) W"],
    months: list("januar februar märz april mai juni juli august september oktober november dezember"),
    month: ["(?:im )?M(?: Y)", "im (?:letzten )?M"],
  },
  fr: {
    tells:
      "et|le|la|les|des|est|que|qu|quoi|je|j|ai|fait|avec|dans|pour|une?|où|qui|quand|mon|ma|en|dernière?|il y a|tu|nous|de|du|ce|se|sa|ses|son|sur|au|aux|est-ce|à",
    days: { "-2": "avant-hier", "-1": "hier", "0": "aujourd['’]hui", "1": "demain", "2": "après-demain" },
    steps: {
      week: {
        "-1": "(?:la )?semaine (?:dernière|passée)",
        "0": "cette semaine",
        "1": "(?:la )?semaine prochaine",
      },
      weekend: {
        "-1": "(?:le )?week-?end (?:dernier|passé)",
        "0": "ce week-?end",
        "1": "(?:le )?week-?end prochain",
      },
      month: { "-1": "(?:le )?mois (?:dernier|passé)", "0": "ce mois(?:-ci)?", "1": "(?:le )?mois prochain" },
      year: {
        "-1": "l['’]an(?:née)? (?:dernier|dernière|passée?)",
        "0": "cette année",
        "1": "l['’]an(?:née)? prochaine?",
      },
    },
    ago: ["il y a N U"],
    numbers: list("une? deux trois quatre cinq six sept huit neuf dix"),
    units: { day: "jours?", week: "semaines?", weekend: "week-?ends?", month: "mois", year: "an(?:née)?s?" },
    weekdays: list("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    lastWeekday: ["W (?:dernier|passé)"],
    months: list("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    month: ["(?:en )?M Y", "en M"],
  },
  es: {
    tells:
      "y|el|los|las|que|qué|hice|hizo|con|una?|por|para|cuándo|dónde|quién|mi|del|en|pasad[oa]|hace|ayer|mañana|yo|de|al|lo|un|es|cómo|está",
    days: { "-2": "anteayer|antes de ayer", "-1": "ayer", "0": "hoy", "1": "mañana", "2": "pasado mañana" },
    steps: {
      week: {
        "-1": "(?:la )?(?:semana pasada|última semana)",
        "0": "esta semana",
        "1": "(?:la )?(?:semana que viene|próxima semana)",
      },
      weekend: {
        "-1": "(?:el )?(?:fin de semana pasado|último fin de semana)",
        "0": "este fin de semana",
        "1": "(?:el )?(?:fin de semana que viene|próximo fin de semana)",
      },
      month: {
        "-1": "(?:el )?(?:mes pasado|último mes)",
        "0": "este mes",
        "1": "(?:el )?(?:mes que viene|próximo mes)",
      },
      year: {
        "-1": "(?:el )?(?:año pasado|último año)",
        "0": "este año",
        "1": "(?:el )?(?:año que viene|próximo año)",
      },
    },
    ago: ["hace N U"],
    numbers: list("una? dos tres cuatro cinco seis siete ocho nueve diez"),
    units: {
      day: "días?",
      week: "semanas?",
      weekend: "fines? de semana",
      month: "mes(?:es)?",
      year: "años?",
    },
    weekdays: list("lunes martes miércoles jueves viernes sábado domingo"),
    lastWeekday: ["(?:el )?W pasado", "el (?:último|pasado) W"],
    months: list("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    month: ["(?:en )?M(?: de| del)? Y", "en M"],
  },
  pt: {
    tells:
      "e|o|os|as|que|eu|fiz|fez|com|uma?|quando|onde|quem|meu|minha|do|da|em|no|na|passad[oa]|há|ontem|amanhã|não|de|um|como|está",
    days: { "-2": "anteontem", "-1": "ontem", "0": "hoje", "1": "amanhã", "2": "depois de amanhã" },
    steps: {
      week: {
        "-1": "(?:na |a )?(?:semana passada|última semana)",
        "0": "(?:n?esta|essa|nessa) semana",
        "1": "(?:na |a )?(?:semana que vem|próxima semana)",
      },
      weekend: {
        "-1": "(?:no |o )?(?:fim de semana passado|último fim de semana)",
        "0": "n?[ei]ste fim de semana",
        "1": "(?:no |o )?(?:fim de semana que vem|próximo fim de semana)",
      },
      month: {
        "-1": "(?:no |o )?(?:mês passado|último mês)",
        "0": "n?este mês",
        "1": "(?:no |o )?(?:mês que vem|próximo mês)",
      },
      year: {
        "-1": "(?:no |o )?(?:ano passado|último ano)",
        "0": "n?este ano",
        "1": "(?:no |o )?(?:ano que vem|próximo ano)",
      },
    },
    ago: ["há N U(?: atrás)?", "N U atrás"],
    numbers: list("uma? (?:dois|duas) três quatro cinco seis sete oito nove dez"),
    units: {
      day: "dias?",
      week: "semanas?",
      weekend: "fi(?:m|ns) de semana",
      month: "m(?:ês|eses)",
      year: "anos?",
    },
    weekdays: list(
      "segunda(?:-feira)? terça(?:-feira)? quarta(?:-feira)? quinta(?:-feira)? sexta(?:-feira)? sábado domingo",
    ),
    lastWeekday: ["(?:na |no )?W passad[oa]", "n[oa] últim[oa] W"],
    months: list("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    month: ["(?:em )?M(?: de)? Y", "em M"],
  },
  it: {
    tells:
      "e|il|lo|gli|che|cosa|ho|fatto|con|una?|quando|dove|chi|mio|mia|del|della|nel|scors[oa]|fa|ieri|domani|è|non|di|da|un|la|le|come",
    days: { "-2": "l['’]altro ?ieri|avantieri", "-1": "ieri", "0": "oggi", "1": "domani", "2": "dopodomani" },
    steps: {
      week: {
        "-1": "(?:la )?(?:settimana scorsa|scorsa settimana)",
        "0": "questa settimana",
        "1": "(?:la )?(?:settimana prossima|prossima settimana)",
      },
      weekend: {
        "-1": "(?:lo |il )?(?:(?:fine ?settimana|week-?end) scorso|scorso (?:fine ?settimana|week-?end))",
        "0": "questo (?:fine ?settimana|week-?end)",
        "1": "(?:il )?(?:prossimo (?:fine ?settimana|week-?end)|(?:fine ?settimana|week-?end) prossimo)",
      },
      month: {
        "-1": "(?:il |lo )?(?:mese scorso|scorso mese)",
        "0": "questo mese",
        "1": "(?:il )?(?:mese prossimo|prossimo mese)",
      },
      year: {
        "-1": "(?:l['’]anno scorso|lo scorso anno)",
        "0": "quest['’]anno",
        "1": "(?:l['’]anno prossimo|il prossimo anno)",
      },
    },
    ago: ["N U fa"],
    numbers: list("un[ao]? due tre quattro cinque sei sette otto nove dieci"),
    units: {
      day: "giorn[oi]",
      week: "settiman[ae]",
      weekend: "(?:fine ?settimana|week-?end)",
      month: "mes[ei]",
      year: "ann[oi]",
    },
    weekdays: list("lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    lastWeekday: ["W scors[oa]", "(?:lo |la )?scors[oa] W"],
    months: list(
      "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    ),
    month: ["(?:a |nel |in )?M(?: del)? Y", "(?:a|in) M"],
  },
  nl: {
    tells:
      "en|de|het|een|ik|wat|wanneer|heb|heeft|was|is|met|wij|we|waar|wie|mijn|in|op|vorige?|afgelopen|gedaan|geleden|van|te|hoe",
    days: { "-2": "eergisteren", "-1": "gisteren", "0": "vandaag", "1": "morgen", "2": "overmorgen" },
    steps: {
      week: { "-1": "(?:vorige|afgelopen) week", "0": "deze week", "1": "volgende week" },
      weekend: {
        "-1": "(?:(?:vorig|afgelopen) weekend|vorig weekeinde)",
        "0": "dit weekend",
        "1": "volgend weekend",
      },
      month: { "-1": "(?:vorige|afgelopen) maand", "0": "deze maand", "1": "volgende maand" },
      year: { "-1": "(?:vorig|afgelopen) jaar", "0": "dit jaar", "1": "volgend jaar" },
    },
    ago: ["N U geleden"],
    numbers: list("(?:een|één) twee drie vier vijf zes zeven acht negen tien"),
    units: {
      day: "dag(?:en)?",
      week: "we(?:ek|ken)",
      weekend: "weekend(?:en)?",
      month: "maand(?:en)?",
      year: "ja(?:ar|ren)",
    },
    weekdays: list("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    lastWeekday: ["(?:afgelopen|vorige|op) W"],
    months: list("januari februari maart april mei juni juli augustus september oktober november december"),
    month: ["(?:in )?M Y", "in M"],
  },
  ru: {
    tells: "а|и|но|в|на|с|у|что|как|где|когда|кто|я|мы|ты|мой|моя|мне|о|об|про|был[аои]?|делал[аи]?",
    days: { "-2": "позавчера", "-1": "вчера", "0": "сегодня", "1": "завтра", "2": "послезавтра" },
    steps: {
      week: {
        "-1": "(?:на )?прошл(?:ой|ая|ую) недел[еяю]",
        "0": "(?:на )?эт(?:ой|у|а) недел[еяю]",
        "1": "(?:на )?следующ(?:ей|ую) недел[еяю]",
      },
      weekend: {
        "-1": "(?:в |на )?прошл(?:ые|ых) выходн(?:ые|ых)",
        "0": "(?:в |на )?эти(?:х)? выходн(?:ые|ых)",
        "1": "(?:в |на )?следующи[ех] выходн(?:ые|ых)",
      },
      month: {
        "-1": "(?:в )?прошл(?:ом|ый) месяце?",
        "0": "(?:в )?этом? месяце?",
        "1": "(?:в )?следующ(?:ем|ий) месяце?",
      },
      year: {
        "-1": "(?:в )?прошл(?:ом|ый) год[у]?",
        "0": "(?:в )?этом году",
        "1": "(?:в )?следующ(?:ем|ий) год[у]?",
      },
    },
    ago: ["(?:N )?U назад"],
    numbers: list("од(?:ин|на|ну) дв[ае] три четыре пять шесть семь восемь девять десять"),
    units: {
      day: "(?:день|дня|дней)",
      week: "недел[юиья]*",
      weekend: "выходн(?:ые|ых)",
      month: "месяц(?:а|ев)?",
      year: "(?:года?|лет)",
    },
    weekdays: list("понедельник вторник сред[ау] четверг пятниц[ау] суббот[ау] воскресенье"),
    lastWeekday: ["в прошл(?:ый|ую|ое) W"],
    months: list(
      "январ[еья] феврал[еья] март[еа]? апрел[еья] ма[ейя] июн[еья] июл[еья] август[еа]? сентябр[еья] октябр[еья] ноябр[еья] декабр[еья]",
    ),
    month: ["(?:в )?M Y(?: года?)?", "в M"],
  },
  zh: {
    tells: "",
    days: { "-2": "前天", "-1": "昨天|昨日", "0": "今天|今日", "1": "明天|明日", "2": "后天|後天" },
    steps: {
      week: {
        "-1": "上(?:个|個)?(?:星期|礼拜|禮拜|周|週)(?![末一二三四五六日天])",
        "0": "(?:这|這|本)(?:个|個)?(?:星期|礼拜|周|週)(?![末一二三四五六日天])",
        "1": "下(?:个|個)?(?:星期|礼拜|周|週)(?![末一二三四五六日天])",
      },
      weekend: {
        "-1": "上(?:个|個)?(?:周|週)末",
        "0": "(?:这|這|本)(?:个|個)?(?:周|週)末",
        "1": "下(?:个|個)?(?:周|週)末",
      },
      month: { "-1": "上(?:个|個)?月", "0": "(?:这个|這個|本)月", "1": "下(?:个|個)?月" },
      year: { "-2": "前年", "-1": "去年", "0": "今年", "1": "明年" },
    },
    ago: ["N(?:个|個)?U(?:之)?前"],
    numbers: list("一 (?:两|兩|二) 三 四 五 六 七 八 九 十"),
    units: {
      day: "[天日]",
      week: "(?:星期|礼拜|禮拜|周|週)",
      weekend: "(?:周|週)末",
      month: "月",
      year: "年",
    },
    weekdays: list("一 二 三 四 五 六 [日天]"),
    lastWeekday: ["上(?:个|個)?(?:星期|礼拜|禮拜|周|週)W"],
    months: list("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
    month: ["Y年M(?!\\d)", "(?<!\\d)M(?![\\d]|份?[0-9])"],
    unspaced: true,
  },
  ja: {
    tells: "",
    days: {
      "-2": "おととい|一昨日",
      "-1": "昨日|きのう",
      "0": "今日|きょう",
      "1": "明日|あした",
      "2": "明後日|あさって",
    },
    steps: {
      week: {
        "-1": "先週(?!の?[末月火水木金土日])",
        "0": "今週(?!の?[末月火水木金土日])",
        "1": "来週(?!の?[末月火水木金土日])",
      },
      weekend: {
        "-1": "先週の?(?:週末|末)|前の週末",
        "0": "今週の?(?:週末|末)|この週末",
        "1": "来週の?(?:週末|末)|次の週末",
      },
      month: { "-1": "先月", "0": "今月", "1": "来月" },
      year: { "-2": "おととし|一昨年", "-1": "去年|昨年", "0": "今年", "1": "来年" },
    },
    ago: ["N(?:ヶ|か|カ|ケ)?U間?前"],
    numbers: list("一 二 三 四 五 六 七 八 九 十"),
    units: { day: "日", week: "週", weekend: "週末", month: "月", year: "年" },
    weekdays: list("月 火 水 木 金 土 日"),
    lastWeekday: ["先週の?W曜日?"],
    months: list("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
    month: ["Y年M(?!\\d)", "(?<!\\d)M(?!\\d)"],
    unspaced: true,
  },
};
