"""Decides by rule whether a message gives contact details."""

from __future__ import annotations

from nlu.text.lookups import read_values
from nlu.text.normalise import normalise

_CONTACT_MARKS = frozenset(("xname", "xphone", "xemail", "xcpr", "xaddress"))
_CONTACT_TOKENS = frozenset(("xname", "xphone", "xemail"))
_PLACE_MARK = "xpostcode"


class ContactRule:
    """Knows the words that may stand around contact details."""

    def __init__(self) -> None:
        small = read_values("small_words")
        around = frozenset(map(normalise, small["around_contact_details"]))
        self._fillers = around | _CONTACT_MARKS | {_PLACE_MARK, "xword"}
        self._yes = frozenset(map(normalise, small["yes_before_a_home"]))
        self._living = frozenset(map(normalise, small["living"]))

    def gives_only_contact_details(self, text: str, place_names: tuple[str, ...] = ()) -> bool:
        """Tell whether a message says nothing else than contact details.

        True for a message of sealed name, phone, e-mail, CPR or address tokens, a postcode or
        one of ``place_names`` (as found in the text), with at most words such as "navn" or
        "bor i" around them; a yes may stand before where somebody lives. False for a message of
        such words alone or of sealed words alone.
        """
        words = set(normalise(text).split())
        if words & self._living:
            words -= self._yes
        places = {word for name in place_names for word in normalise(name).split()}
        named = words & (_CONTACT_MARKS | {_PLACE_MARK} | places)
        return bool(named) and words <= self._fillers | places

    @staticmethod
    def holds_contact_token(text: str) -> bool:
        """Tell whether the message holds a sealed name, phone number or e-mail address."""
        return bool(set(normalise(text).split()) & _CONTACT_TOKENS)
