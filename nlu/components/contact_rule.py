"""Decides by rule whether a message gives contact details."""

from __future__ import annotations

from nlu.components.normalise import normalise

_CONTACT_MARKS = frozenset(("xname", "xphone", "xemail", "xcpr", "xaddress"))
_PLACE_MARK = "xpostcode"
_FILLERS = frozenset(
    "xname xphone xemail xcpr xaddress xword xpostcode hun han pt pat patient patienten hedder "
    "navn navnet er og det den her kaldes kaldet fornavn efternavn tlf telefon telefonen "
    "telefonnummer telefonnummeret mobil mobilnummer mobilnummeret nr nummer nummeret postnr "
    "postnummer postnummeret bor boende i paa bopael kommune kommunen hjemkommune hendes hans "
    "kan traeffes mail email e adresse adressen name is the her his he she called phone number "
    "mobile postcode post code lives living in at municipality of and it address by "
    "fru hr herr mr mrs ms".split()
)


def gives_contact_details(text: str, place_names: tuple[str, ...] = ()) -> bool:
    """Tell whether a message says nothing else than contact details.

    True for a message of sealed name, phone, e-mail, CPR or address tokens, a postcode or one
    of ``place_names`` (as found in the text), with at most words such as "navn" or "bor i"
    around them. False for a message of such words alone or of sealed words alone.
    """
    words = set(normalise(text).split())
    places = {word for name in place_names for word in normalise(name).split()}
    named = words & (_CONTACT_MARKS | {_PLACE_MARK}) or words & places
    return bool(named) and words <= _FILLERS | places


def holds_contact_token(text: str) -> bool:
    """Tell whether the message holds a sealed name, phone number or e-mail address."""
    return bool(set(normalise(text).split()) & {"xname", "xphone", "xemail"})
