"""The words that name days, in Danish and English, and patterns of them. Pure.

Lower-case, with ae, oe and aa for æøå, as ``when_days`` reads them.
"""

from __future__ import annotations

from referrals.denmark.calendar_days import Feast
from referrals.denmark.written_dates import MONTHS, ORDINALS, WEEKDAYS, any_of

NUMBERS = {
    "en": 1, "et": 1, "een": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7,
    "otte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "fjorten": 14, "et par": 2,
    "nogle faa": 3, "nogle": 3, "faa": 3, "a": 1, "one": 1, "a couple of": 2, "a few": 3,
    "few": 3, "some": 3, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14,
}  # fmt: skip
FEASTS = {
    "helligtrekongersaften": Feast.EPIPHANY, "helligtrekonger": Feast.EPIPHANY,
    "hellig tre kongers aften": Feast.EPIPHANY, "hellig tre konger": Feast.EPIPHANY,
    "helligtrekongersdag": Feast.EPIPHANY, "epiphany": Feast.EPIPHANY,
    "twelfth night": Feast.EPIPHANY, "fastelavn": Feast.CARNIVAL, "shrovetide": Feast.CARNIVAL,
    "carnival": Feast.CARNIVAL, "palmesoendag": Feast.PALM_SUNDAY, "palm sunday": Feast.PALM_SUNDAY,
    "paaskeferien": Feast.EASTER, "paasken": Feast.EASTER, "paaske": Feast.EASTER,
    "paaskedagene": Feast.EASTER, "the easter holidays": Feast.EASTER,
    "easter holidays": Feast.EASTER, "easter": Feast.EASTER,
    "skaertorsdag": Feast.MAUNDY_THURSDAY, "maundy thursday": Feast.MAUNDY_THURSDAY,
    "langfredag": Feast.GOOD_FRIDAY, "good friday": Feast.GOOD_FRIDAY,
    "arbejdernes kampdag": Feast.LABOUR_DAY, "labour day": Feast.LABOUR_DAY,
    "kristi himmelfartsferien": Feast.ASCENSION, "kristi himmelfartsdag": Feast.ASCENSION,
    "kristi himmelfart": Feast.ASCENSION, "ascension day": Feast.ASCENSION,
    "ascension": Feast.ASCENSION, "pinsen": Feast.WHITSUN, "pinse": Feast.WHITSUN,
    "whitsun": Feast.WHITSUN, "pentecost": Feast.WHITSUN,
    "grundlovsdag": Feast.CONSTITUTION_DAY, "constitution day": Feast.CONSTITUTION_DAY,
    "sankthans": Feast.MIDSUMMER, "sankt hans": Feast.MIDSUMMER, "sankthansaften": Feast.MIDSUMMER,
    "midsummer": Feast.MIDSUMMER, "mortensaften": Feast.MARTINMAS, "mortensdag": Feast.MARTINMAS,
    "martinmas": Feast.MARTINMAS, "juleaften": Feast.CHRISTMAS, "juledagene": Feast.CHRISTMAS,
    "julen": Feast.CHRISTMAS, "jul": Feast.CHRISTMAS, "christmas eve": Feast.CHRISTMAS,
    "christmas day": Feast.CHRISTMAS, "christmas": Feast.CHRISTMAS, "xmas": Feast.CHRISTMAS,
    "nytaarsaften": Feast.NEW_YEAR, "nytaarsdag": Feast.NEW_YEAR, "nytaaret": Feast.NEW_YEAR,
    "nytaar": Feast.NEW_YEAR, "aarsskiftet": Feast.NEW_YEAR, "the new year": Feast.NEW_YEAR,
    "new year's eve": Feast.NEW_YEAR, "new year's": Feast.NEW_YEAR, "new year": Feast.NEW_YEAR,
}  # fmt: skip
BETWEEN_THE_YEARS = r"juleferien|mellemdagene|(?:the )?(?:christmas )?holidays|the christmas break"
SCHOOL_HOLIDAYS = {
    "vinterferie": (7, 7), "sommerferie": (27, 32), "efteraarsferie": (42, 42),
    "kartoffelferie": (42, 42), "winter": (7, 7), "half term": (7, 7), "summer": (27, 32),
    "autumn": (42, 42),
}  # fmt: skip
SEASONS = {
    "foraar": 3, "spring": 3, "sommer": 6, "summer": 6, "efteraar": 9, "autumn": 9, "fall": 9,
    "vinter": 12, "winter": 12,
}  # fmt: skip

TODAY_PART = r"i (?:aften|eftermiddag|formiddag|nat)|tonight|this (?:morning|afternoon|evening)"

COUNT = rf"(?P<count>\d{{1,3}}|{any_of(NUMBERS)})"
UNIT = (
    r"(?P<unit>hverdag|dag|uge|maaned|working day|day|week|month|fortnight)(?:erne|ene|er|e|r|s)*"
)
MONTH = rf"(?P<month>{any_of({name: 0 for name in MONTHS if name != 'jul'})})"  # Christmas
BARE_DAY = r"(?:den |d\.? ?|the )?\d{1,2}\.?(?: ?(?:st|nd|rd|th))?"
WEEKDAY = rf"(?P<weekday>{any_of(WEEKDAYS)})(?:en)?"
COMING = r"(?:nxt|naeste|next|kommende|coming|following)"
THIS = r"(?:denne|dette|this|den her|den|indevaerende)"
ORDINAL = rf"(?P<which>\d{{1,2}}\.|\d(?:st|nd|rd|th)|{any_of(ORDINALS)}|foerst|andet|sidste|last)"
YEAR = r"(?P<year>20\d\d|naeste aar|next year)"
WHOLE_YEAR = r"(?P<whole>20\d\d|(?:naeste|det nye) aar|(?:next|the new) year|aaret|the year)"
PARTS = {
    "first_half": (r"(?:den )?(?:foerste|1\.?) (?:halvdel|del) af|(?:the )?first (?:half|part) of"),
    "last_half": (
        r"(?:den )?(?:anden|sidste|2\.?) (?:halvdel|del) af"
        r"|(?:the )?(?:second|last|latter) (?:half|part) of"
    ),
    "begin": (
        r"(?:den )?foerste tredjedel af|(?:the )?first third of"
        r"|(?:starten|begyndelsen) af|start|foerst (?:i|paa)|tidligt (?:i|paa)|primo"
        r"|early(?: in)?|(?:the )?(?:beginning|start) of"
    ),
    "middle": r"midten af|midt(?: i| paa)?|medio|mid|(?:the )?middle of",
    "end": (
        r"(?:den )?sidste tredjedel af|(?:the )?last third of"
        r"|(?:slutningen|udgangen) af|slut|sidst (?:i|paa)|sent (?:i|paa)|ultimo|late(?: in)?"
        r"|(?:the )?end(?: of)?"
    ),
}
PART = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in PARTS.items())
MONTHS_OF_PART = {
    "first_half": (1, 6), "last_half": (7, 12), "begin": (1, 3), "middle": (5, 8), "end": (10, 12),
}  # fmt: skip
