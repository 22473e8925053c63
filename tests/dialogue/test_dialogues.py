"""Whole conversations with the real engine, each in a plain text file of ``dialogues``.

A file whose name ends in ``-en`` is held in English. A line that begins with # is a remark.
What happens:

    nurse: hun ryger hver dag               types
    nurse presses: Ja tak                   presses a button of the latest replies
    nurse presses again: Ja tak             presses a button that was shown before
    nurse sends again                       the same message once more, with the same id
    nurse returns                           to the patient of the beginning
    nurse practises: kirsten                begins with a made-up patient
    device: tablet                          goes on with another HTTP client
    time passes: 3 hours                    (seconds, minutes, hours, days)

and what is expected of it:

    henvis: Se det igennem … Karin          one line for each reply, in order; "…" leaves out words
    never: Karin                            in no reply
    buttons: Ja | Nej                       under the last reply, exactly these
    awaits: consent_contact
    unfinished: paused                      so stands the first patient on the nurse's list: paused,
                                            waiting or gone
    municipality: 0151 filed                so stands the last referral in this municipality's queue
    patient: Kvittering                     the patient's receipt page shows these words

``{name}`` and ``{phone}`` are this file's own patient, ``{phone2}`` is another number and
``{reference}`` the last reference that Henvis told, ``{first}`` the first one. ``{contact}`` and
``{outcome}`` are the texts of the consents, word for word.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from referrals.consent.texts import load_consent_texts
from tests.dialogue.conftest import Hospital
from tests.dialogue.reading import Dialogue, Line, dialogue_names, read_dialogue
from tests.dialogue.talking import Nurse


@dataclass
class Performance:
    """One dialogue being held: what the file says is done, and compared with what comes."""

    hospital: Hospital
    dialogue: Dialogue
    nurse: Nurse
    first_conversation: str
    expected: list[str] = field(default_factory=list)

    def hold(self) -> None:
        """Go through the lines; a failure names the line and what was said."""
        for line in self.dialogue.lines:
            try:
                self._perform(line)
            except AssertionError as failure:
                raise AssertionError(self._report(line, failure)) from failure
        self._all_was_said()

    def _perform(self, line: Line) -> None:
        words = self._filled(line.words)
        if line.kind in _DEEDS:
            self._all_was_said()
            _DEEDS[line.kind](self, words)
        elif line.kind == "henvis":
            self.expected.append(words)
        else:
            _CHECKS[line.kind](self, words)

    def _all_was_said(self) -> None:
        """Compare the replies with the ``henvis`` lines since the nurse's last words."""
        expected, self.expected = self.expected, []
        if not expected:
            return
        said = [reply["text"] for reply in self.nurse.replies]
        assert len(said) == len(expected), f"{len(expected)} replies were expected: {expected}"
        for text, words in zip(said, expected, strict=True):
            assert _holds(text, words), f"“{words}” was expected, not “{text}”"

    def _filled(self, words: str) -> str:
        number = zlib.crc32(self.dialogue.name.encode()) % 10**6
        pairs = f"{number:06}"
        spaced = " ".join(pairs[at : at + 2] for at in (0, 2, 4))
        told = self.nurse.references or ["(no reference yet)"]
        known = {
            "{name}": "Karin Qvortrup",
            "{phone}": f"28 {spaced}",
            "{phone2}": f"26 {spaced}",
            "{reference}": told[-1],
            "{first}": told[0],
        }
        for (part, language), text in load_consent_texts().items():
            if language == self.dialogue.language:
                known[f"{{{part}}}"] = text.text
        for gap, value in known.items():
            words = words.replace(gap, value)
        return words

    def _report(self, line: Line, failure: AssertionError) -> str:
        said = "\n".join(
            f"    {reply['text']!r} {[button['title'] for button in reply['buttons']]}"
            for reply in self.nurse.replies
        )
        where = f"{self.dialogue.name}.dialogue, line {line.number} ({line.kind}: {line.words})"
        return f"{where}\n{failure}\nHenvis said:\n{said}\nand awaits {self.nurse.awaits}"

    def _returns(self, _words: str) -> None:
        self.nurse.conversation = self.first_conversation
        self.nurse.returns()

    def _take_device(self, _name: str) -> None:
        self.nurse.client = self.hospital.client("demo-nurse")

    def _time_passes(self, words: str) -> None:
        number, unit = words.split()
        span = timedelta(**{unit: float(number)})
        self.hospital.let_time_pass(self.nurse.conversation, span)

    def _says(self, words: str) -> None:
        """Look for words in any reply, where nobody can know how many there are."""
        texts = [reply["text"] for reply in self.nurse.replies]
        assert any(_holds(text, words) for text in texts), f"“{words}” was not said"

    def _never(self, words: str) -> None:
        for reply in self.nurse.replies:
            assert words not in reply["text"], f"“{words}” was not expected"

    def _buttons(self, words: str) -> None:
        assert self.nurse.buttons == [title.strip() for title in words.split("|") if title.strip()]

    def _awaits(self, step: str) -> None:
        assert self.nurse.awaits == step

    def _unfinished(self, how: str) -> None:
        stands = self.hospital.unfinished(self.nurse.client, self.first_conversation)
        assert stands == how

    def _municipality(self, words: str) -> None:
        code, state = words.split()
        reference = self.nurse.references[-1]
        adviser = self.hospital.client(f"demo-adviser-{code}")
        opened = adviser.get(f"/api/referrals/{reference}")
        assert opened.status_code == 200, opened.text
        assert opened.json()["state"] == state

    def _patient(self, words: str) -> None:
        page = self.nurse.client.get(self.nurse.receipt)
        assert page.status_code == 200, page.status_code
        assert words in page.text, page.text


Happening = Callable[[Performance, str], None]
_DEEDS: dict[str, Happening] = {
    "nurse": lambda held, words: held.nurse.says(words),
    "nurse presses": lambda held, words: held.nurse.presses(words),
    "nurse presses again": lambda held, words: held.nurse.presses_again(words),
    "nurse sends again": lambda held, _words: held.nurse.sends_again(),
    "nurse returns": Performance._returns,
    "nurse practises": lambda held, words: held.nurse.practises(words),
    "device": Performance._take_device,
    "time passes": Performance._time_passes,
}
_CHECKS: dict[str, Happening] = {
    "says": Performance._says,
    "never": Performance._never,
    "buttons": Performance._buttons,
    "awaits": Performance._awaits,
    "unfinished": Performance._unfinished,
    "municipality": Performance._municipality,
    "patient": Performance._patient,
}


def _holds(text: str, words: str) -> bool:
    at = 0
    for part in (part.strip() for part in words.split("…")):
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@pytest.mark.parametrize("name", dialogue_names())
def test_the_conversation_goes_as_it_is_written(hospital: Hospital, name: str) -> None:
    dialogue = read_dialogue(name)
    nurse = hospital.nurse(language=dialogue.language)
    Performance(hospital, dialogue, nurse, nurse.conversation).hold()
