"""Words that memories are made of: real ones, and invented ones without end.

What is invented, and every real name of a person or a place, belongs to one of two halves by its hash: the larger one
is learned from, the smaller one is kept for questions that a trained model has never seen.
"""

import zlib
from random import Random

HELD_OUT_SHARE = 10

PEOPLE = """Ada Adam Agnes Aisha Alan Albert Alice Amara Amir Ana Andrea Anton Arjun Astrid Ava Aylin Beatriz Ben Bianca
Boris Bruno Carla Carlos Cecilia Chen Chloe Clara Daniel Daria David Diego Dina Dmitri Dora Edith Elena Elias Emil Emma
Enzo Erik Esther Eva Farid Fatima Felix Fiona Florian Frida Gabriel Greta Hana Hassan Hector Helen Hugo Ida Igor Ines
Irene Isaac Ivan Jana Javier Jonas Jorge Julia Kai Karim Katya Kemal Kenji Kira Lars Laura Layla Leo Lena Liam Lina Luca
Lucia Magda Malik Marco Maria Marta Mateo Maya Mei Milan Mina Mira Nadia Nia Nico Nina Noah Nora Olga Oliver Omar Oscar
Pablo Paula Pedro Petra Priya Rafael Rahel Ravi Rita Robin Rosa Ruth Samir Sara Selma Simon Sofia Stefan Sven Tamar Tara
Theo Thomas Tilda Tomas Ugo Uma Vera Viktor Walter Wanda Xenia Yara Yusuf Zara Zoe""".split()

PLACES = """Aarhus Accra Ankara Antwerp Athens Basel Bergen Berlin Bern Bologna Bordeaux Boston Bremen Brno Bruges
Brussels Budapest Cairo Calgary Cardiff Chicago Cologne Cork Dakar Delhi Denver Dresden Dublin Dundee Florence Geneva
Genoa Ghent Glasgow Granada Graz Hamburg Hanoi Helsinki Istanbul Izmir Kyoto Lagos Leeds Leiden Leipzig Lima Lisbon Ljubljana
London Lyon Madrid Malaga Malmo Manila Marseille Milan Montreal Munich Nairobi Nantes Naples Oslo Osaka Ottawa Oxford
Padua Paris Perth Pisa Porto Prague Quito Riga Rome Rotterdam Salzburg Seattle Seoul Seville Sofia Split Sydney Tallinn
Tokyo Toledo Toronto Toulouse Trieste Turin Utrecht Valencia Venice Verona Vienna Vilnius Warsaw York Zagreb Zurich""".split()

LISTS = {
    "job": "teacher baker nurse carpenter lawyer pilot painter gardener plumber doctor chemist farmer librarian cook dentist "
    "journalist architect translator driver tailor butcher actor singer engineer sailor judge clerk surgeon potter "
    "photographer mechanic postman dancer programmer chef writer barber".split(),
    "drink": ["green tea", "black coffee", "apple juice", "hot chocolate", "red wine", "ginger beer", "milk", "cider",
              "mint tea", "lemonade", "tomato juice", "sparkling water", "white wine", "oat milk", "espresso", "cocoa",
              "iced tea", "beer", "orange juice", "mineral water"],
    "food": ["mushroom soup", "pasta", "peanuts", "fresh bread", "rice", "grilled fish", "apple cake", "cheese", "lentils",
             "noodles", "strawberries", "olives", "potatoes", "honey", "walnuts", "shrimps", "pancakes", "tofu", "eggs",
             "onions", "pumpkin pie", "chocolate", "salad", "plums", "sesame", "beans", "garlic", "dumplings"],
    "colour": "red blue green yellow orange purple white black grey brown pink violet silver gold turquoise".split(),
    "animal": "owl fox horse dolphin wolf otter bear eagle cat dog rabbit whale tiger hedgehog swan goat lizard beaver "
    "elephant penguin frog deer".split(),
    "sport": "tennis football rowing judo swimming cycling chess boxing skiing climbing golf fencing hockey sailing running "
    "volleyball basketball archery".split(),
    "season": "spring summer autumn winter".split(),
    "hobby": ["painting", "gardening", "bird watching", "knitting", "photography", "baking", "hiking", "fishing", "pottery",
              "reading", "star gazing", "model trains", "woodwork", "singing", "calligraphy", "cooking", "juggling",
              "collecting stamps", "dancing", "writing poems"],
    "language": "Spanish French German Italian Portuguese Dutch Turkish Arabic Hindi Japanese Korean Polish Czech Greek "
    "Finnish Swedish Danish Russian Swahili Hebrew Chinese Latin".split(),
    "instrument": "piano violin guitar flute drum cello harp trumpet clarinet organ banjo oboe saxophone accordion viola "
    "tuba".split(),
}

THINGS = """car project room code number team school club book song film garden house plan ticket phone address doctor
dentist landlord roommate cousin uncle aunt daughter son bike boat street office floor desk password printer laptop band
bank broker supplier client nickname hometown country street size weight height budget deadline salary hotel flight seat
gate platform medicine vitamin dessert breakfast soup tree flower stone planet month""".split()

MONTHS = """January February March April May June July August September October November December""".split()

# Most invented names are of syllables that the tokenizer has whole, as it has most of real names; some are wilder.
_ONSETS = "b d f g h j k l m n p r s t v z".split()
_VOWELS = "a e i o u".split()
_CODAS = ["", "", "n", "r", "l", "s"]
_WILD_ONSETS = "b br c ch cr d dr f fl g gr h j k kl l m n p pr qu r s sh sk st t th tr v w y z".split()
_WILD_VOWELS = "a e i o u ai ea ia io ou".split()
_WILD_CODAS = ["", "n", "r", "l", "s", "m", "th", "nd", "rt", "x", "ck", "t"]
_COMPANY_ENDS = ["Works", "Labs", "Foods", "Motors", "Books", "Steel", "Textiles", "Bank", "Studio", "Energy", "Press", "Farms"]


def syllables() -> list[str]:
    """What most invented names are made of: first ones after a space, and all others."""
    plain = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]
    return [f" {syllable.capitalize()}" for syllable in plain] + [s + coda for s in plain for coda in sorted(set(_CODAS))]


def held_out(word: str) -> bool:
    """Whether a word is kept for questions that are never learned from."""
    return zlib.crc32(word.encode()) % HELD_OUT_SHARE == 0


def _invented(random: Random) -> str:
    draw = random.random()
    if draw < 0.2:
        parts = [random.choice(_WILD_ONSETS) + random.choice(_WILD_VOWELS) for _ in range(random.choice([1, 2, 2, 3]))]
        return ("".join(parts) + random.choice(_WILD_CODAS)).capitalize()
    parts = [random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(2 if draw < 0.85 else 3)]
    return ("".join(parts) + random.choice(_CODAS)).capitalize()


class Words:
    """Draws words of every kind, from one half alone."""

    def __init__(self, random: Random, held: bool) -> None:
        self._random = random
        self._held = held
        # Few real names are held out: more of them would come again and again.
        self._real = 0.25 if held else 0.45
        self._people = [name for name in PEOPLE if held_out(name) == held]
        self._places = [name for name in PLACES if held_out(name) == held]

    def _mine(self, make) -> str:
        while True:
            word = make()
            if len(word) > 2 and held_out(word) == self._held:
                return word

    def word(self) -> str:
        return self._mine(self._learned if not self._held else lambda: _invented(self._random))

    def _learned(self) -> str:
        # Real names that begin with a vowel ("Ida") are not read as other words ("I") where some are learned from.
        word = _invented(self._random)
        return word[1:].capitalize() if self._random.random() < 0.15 and word[1] in "aeiou" else word

    def person(self) -> str:
        random = self._random
        first = random.choice(self._people) if random.random() < self._real else self.word()
        return first if random.random() < 0.85 else f"{first} {self.word()}"

    def object(self, kind: str) -> str:
        random = self._random
        if kind == "person":
            return self.person()
        if kind == "place":
            return random.choice(self._places) if random.random() < self._real else self.word()
        if kind == "company":
            return f"{self.word()} {random.choice(_COMPANY_ENDS)}" if random.random() < 0.6 else self.word()
        if kind == "pet":
            return self.word()
        if kind == "date":
            day = f"{random.randint(1, 28)} {random.choice(MONTHS)}"
            return f"{day} {random.randint(1940, 2030)}" if random.random() < 0.5 else day
        if kind == "thing":
            return self.number() if random.random() < 0.3 else self.word()
        if random.random() < 0.2:
            return self.word() if kind == "language" else self.word().lower()
        return random.choice(LISTS[kind])

    def number(self) -> str:
        return str(self._random.randint(2, 10 ** self._random.randint(1, 4)))
