"""What is shown of a turn to its nurse: values in the place of tokens, links, when a button opens.

Never logs what it unseals. Keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.buttons import DETAILS, read_beside, with_language
from referrals.advice.tapping import opens_at
from referrals.bedside.asking import CONTACT_PAGE
from referrals.denmark.contact_details import BadValue, normal_phone, shown_phone
from referrals.denmark.dates import named_day
from referrals.staff.roles import Staff
from referrals.turns.encounters import Encounters, Turn
from referrals.turns.saying import PUT_APART, agrees_to
from referrals.vault.vault import TOKEN

HIDDEN = "•••"
WARDS_LIST = "/chat#afsnittets-liste"
"""Where the ward's list stands: on the first page of its nurses."""
MARK = re.compile(
    rf"(?P<token>{TOKEN.pattern})|\[\[receipt:(?P<receipt>H-[0-9A-Z]+-[0-9A-Z])\]\]"
    rf"|(?P<wards_list>\[\[wards_list\]\])|{re.escape(PUT_APART)}(?=\[)"
)
"""What stands in a reply for something else: a value, a receipt's link, that of the ward's list,
which only its nurses can open; and what was put apart because it only looks like one of these."""
_ALL_BUT_THE_END = re.compile(r"\d(?=(?:\D*\d){2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a day of discharge is kept."""


@dataclass(frozen=True)
class Button:
    """A button as a front end shows it. It takes no tap until it was there for ``after_ms``."""

    title: str
    payload: str
    after_ms: int = 0


@dataclass(frozen=True)
class Reply:
    """One reply, for display to its nurse only. ``copy`` marks a line to copy into the journal."""

    text: str
    buttons: tuple[Button, ...]
    awaits: str
    copy: bool = False


@dataclass(frozen=True)
class TurnReplies:
    """The replies to one message, and the conversation that goes on: the next patient's perhaps.

    ``practice`` tells that the patient is made up.
    """

    conversation_id: str
    replies: tuple[Reply, ...]
    practice: bool = False


@dataclass(frozen=True)
class Exchange:
    """What the nurse said (the title of a button; empty for a command) and what was replied."""

    said: str
    replies: tuple[Reply, ...]


class Showing:
    """Shows turns to the nurse whose they are."""

    def __init__(self, encounters: Encounters, base_url: str) -> None:
        self._encounters = encounters
        self._base_url = base_url

    def replies(self, conversation_id: str, turn: Turn, *, by_page: bool = False) -> TurnReplies:
        """Give a turn's replies. With ``by_page`` they hold none of who the patient is."""
        said = turn.replies or ()
        titles = (b["title"] for reply in said for b in reply["buttons"])
        texts = (*(reply["text"] for reply in said), *titles)
        values = self._values(conversation_id, texts, "[[phone:" if by_page else "")

        def show(text: str) -> str:
            if by_page:
                return self._hidden(conversation_id, text, values)
            return self._unsealed(conversation_id, text, values, turn.language)

        shown = tuple(
            Reply(
                text=show(reply["text"]),
                buttons=tuple(
                    Button(
                        show(b["title"]),
                        b["payload"],
                        self._after_ms(turn, b["payload"]),
                    )
                    for b in reply["buttons"]
                    if by_page or b["payload"] != CONTACT_PAGE
                ),
                awaits=turn.step.value,
                copy=reply["copy"],
            )
            for reply in said
        )
        return TurnReplies(turn.next_encounter_id or conversation_id, shown, turn.practice)

    def transcript(self, nurse: Staff, conversation_id: str) -> list[Exchange]:
        """Give what was said so far. Raises UnknownEncounter for one that is not this nurse's."""
        exchanges: list[Exchange] = []
        titles: dict[str, str] = {}
        for turn in self._encounters.transcript(nurse, conversation_id):
            said = titles.get(_pressed(turn.sealed_text)) or self._said(conversation_id, turn)
            shown = self.replies(conversation_id, turn).replies
            exchanges.append(Exchange(said, shown))
            titles = {_pressed(b.payload): b.title for reply in shown for b in reply.buttons}
        return exchanges

    def _said(self, conversation_id: str, turn: Turn) -> str:
        text = turn.sealed_text
        values = self._values(conversation_id, [text])
        read, details = read_beside(text)
        told = [read] if details else []
        if text.startswith(DETAILS):
            told += (token[0] for token in TOKEN.finditer(details or text))
        elif not text.startswith("/"):
            told = [text]
        return ", ".join(self._unsealed(conversation_id, each, values) for each in told)

    def _unsealed(
        self, conversation_id: str, text: str, values: Mapping[str, str], language: str = ""
    ) -> str:
        """Put the values in; in a ``language`` a day reads as it is said, else as it was typed."""
        return self._exchanged(
            text,
            lambda token: _as_said(values[token], language),
            lambda reference: self._receipt(conversation_id, reference),
        )

    def _hidden(self, conversation_id: str, text: str, values: Mapping[str, str]) -> str:
        """Leave out who it is about; the receipt is found where its nurse is signed in.

        Of a phone number the last two figures stand, so that it can be read back.
        """

        def hide(token: str) -> str:
            phone = token.startswith("[[phone:")
            return _ALL_BUT_THE_END.sub("•", values[token]) if phone else HIDDEN

        page = f"{self._base_url}/chat/{conversation_id}"
        return self._exchanged(text, hide, lambda _: page)

    def _exchanged(
        self, text: str, value: Callable[[str], str], receipt: Callable[[str], str]
    ) -> str:
        """Exchange each mark once: what takes its place is not read again, whatever it holds."""

        def exchange(mark: re.Match[str]) -> str:
            if mark["token"]:
                return value(mark["token"])
            if mark["receipt"]:
                return receipt(mark["receipt"])
            return f"{self._base_url}{WARDS_LIST}" if mark["wards_list"] else "["

        return MARK.sub(exchange, text)

    def _values(
        self, conversation_id: str, texts: Iterable[str], begin: str = ""
    ) -> dict[str, str]:
        """Give what each token that begins so stands for as it is read, all asked for at once."""
        found_in = (token[0] for text in texts for token in TOKEN.finditer(text))
        tokens = {token for token in found_in if token.startswith(begin)}
        found = self._encounters.unseal(conversation_id, tokens)
        phones = {t: _as_read(v) for t, v in found.items() if t.startswith("[[phone:")}
        return dict.fromkeys(tokens, HIDDEN) | found | phones

    def _receipt(self, conversation_id: str, reference: str) -> str:
        """Give the link, which is a key: of this encounter only, whoever wrote the mark."""
        if not self._encounters.filed(conversation_id, reference):
            return HIDDEN
        secret = self._encounters.around.vault.link_secret("receipt", reference)
        return f"{self._base_url}/kvittering/{reference}/{secret}"

    def _after_ms(self, turn: Turn, payload: str) -> int:
        """Tell how long a button takes no tap from when it is shown."""
        around = self._encounters.around
        opens = opens_at(turn.opens, agrees_to(payload))
        rest = opens - around.now() if opens else timedelta()
        return max(rest, around.taps.seen_after) // timedelta(milliseconds=1)


def _as_read(phone: str) -> str:
    """Write a number in pairs; what is no number keeps its form."""
    try:
        return shown_phone(normal_phone(phone))
    except BadValue:
        return phone


def _as_said(value: str, language: str) -> str:
    """Say a day by its name: "fredag 4. december"."""
    if not language or not _DAY.fullmatch(value):
        return value
    return named_day(date.fromisoformat(value), language)


def _pressed(payload: str) -> str:
    """Give what tells one button of a reply from another: its payload in any wording language."""
    return with_language(payload, "") if payload.startswith("/") else ""
