"""The language of a text, where its small words or its script leave little doubt."""

from __future__ import annotations

import re

_SMALL_WORDS = {
    "en": "the and is are you we have not with this that from please when it to of our can",
    "de": "der die das und ist nicht wir sie ich mit ein eine auf bitte haben kann für von den zu wird",
    "fr": "le la les et est nous vous je ne pas une des avec pour dans sur que merci du sont",
    "es": "el la los las y es no por con una para que se nos en del está gracias hola su",
    "it": "il la che di e non per con una sono abbiamo del della grazie si ho è nel buongiorno gli",
    "pt": "o a os as e não com uma para que em do da por está obrigado você nos um ao",
    "nl": "de het een en is niet wij u ik met van voor op bij hebben graag kan naar dat zijn",
    "sv": "och det att är inte vi jag en ett på med för som har kan från hej till av om",
    "da": "og det at er ikke vi jeg en et på med for som har kan fra hej til af vil",
    "pl": "i w na nie jest się z do to że proszę dzień dobry mamy jak od nam po czy są",
    "fi": "ja on ei että se me en kun olen ovat mutta hei kiitos voi mitä joka oli niin minä tämä",
    "cs": "a je v na se že to s prosím dobrý den ne jsme jsem máme od při nebo jak pro",
    "tr": "ve bir bu için ile var değil merhaba olarak da de lütfen ne çok mi biz ben teşekkürler gibi sonra",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _BY_WORD.setdefault(_word, []).append(_language)
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_WORDS = re.compile(r"[^\W\d_]+")


def guess(text: str) -> str:
    """The BCP 47 tag of the text's language, "" where nothing is sure."""
    sample = text[:2_000]
    if not sample.isascii():
        letters = sum(1 for c in sample if c.isalpha()) or 1
        for tag, script in _SCRIPTS:
            if len(script.findall(sample)) * 5 > letters or (
                tag == "ja" and len(script.findall(sample)) * 10 > letters
            ):
                return tag
    votes: dict[str, int] = {}
    for word in _WORDS.findall(sample[:600].lower())[:60]:
        for language in _BY_WORD.get(word, ()):
            votes[language] = votes.get(language, 0) + 1
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]
