"""What "ikke længere", "aldrig" and "ikke siden" tell, where it is not smoking that they are about.

Each of these was recorded as an ex-smoker or as one who never smoked.
"""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted


def smoking(text: str) -> set[str]:
    return {fact for fact in asserted(text) if fact.startswith("smoking=")}


@pytest.mark.parametrize(
    "text",
    [
        *("kan ikke længere svare", "kan ikke længere gå", "kan ikke mere", "spiser ikke længere"),
        *("har ikke længere tid", "får ikke mere kemo", "hun får ikke længere hjælp"),
        *("hun er her ikke mere", "ikke længere så meget", "ikke længere interesseret"),
        *("forstår ikke længere dansk", "ring ikke længere om aftenen", "bor der ikke længere"),
        *("ingen tolk længere", "er ikke længere indlagt", "ikke længere tolk", "polsk ikke mere"),
        *("he can no longer answer", "he is no longer pregnant", "she no longer consents"),
        *("ringes ikke mere op", "besked ikke længere", "no more calls", "any more courses"),
        *(
            "ikke længere hemmelig adresse",
            "udskrives ikke længere",
            "ikke mere [[word:0123456789ab]]",
        ),
        *("taler ikke længere", "arbejder ikke mere", "hun er ikke længere bevidstløs"),
        *("ikke mere medicin", "ikke længere i herlev", "ikke længere om aftenen"),
        "kan ikke deltage længere",
    ],
)
def test_what_is_no_longer_so_is_no_smoking_that_ended(text: str) -> None:
    assert not smoking(text)


@pytest.mark.parametrize(
    "text",
    [
        *("bruger ikke længere plaster", "bruger ikke længere tolk", "bruger ikke mere kørestol"),
        *("har aldrig brugt tolk", "har aldrig taget plaster", "aldrig brugt medicin"),
        *("har ikke brugt tolk siden jul", "har ikke brugt plaster siden jul"),
        *("bruger ikke nikotinplaster", "har aldrig brugt nikotinplaster"),
        *("aldrig brugt [[word:0123456789ab]]", "kan aldrig svare", "har aldrig tid"),
    ],
)
def test_what_was_used_or_done_never_or_no_more_is_no_tobacco(text: str) -> None:
    assert not smoking(text)


@pytest.mark.parametrize(
    "text",
    [
        *("har aldrig prøvet at stoppe", "har aldrig prøvet plaster", "aldrig prøvet champix"),
        "never tried to quit",
    ],
)
def test_who_never_tried_to_stop_is_not_one_who_never_smoked(text: str) -> None:
    assert not smoking(text) & {"smoking=never", "smoking=never_bare"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("ikke længere", "ex"), ("nej ikke mere", "ex"), ("det gør hun ikke længere", "ex")),
        *(("ikke mere siden jul", "ex"), ("bruger ikke mere", "ex"), ("not any more", "ex")),
        *(("ryger ikke længere om aftenen", "ex"), ("har ikke brugt snus siden jul", "ex")),
        *(("aldrig", "never_bare"), ("det har hun aldrig gjort", "never_bare")),
        *(("aldrig brugt det", "never"), ("har aldrig prøvet det", "never")),
        *(("pt. er aldrigryger", "never_bare"), ("har aldrig taget det op", "never_bare")),
    ],
    ids=lambda each: each,
)
def test_where_nothing_else_is_named_it_is_smoking(text: str, expected: str) -> None:
    assert smoking(text) == {f"smoking={expected}"}
