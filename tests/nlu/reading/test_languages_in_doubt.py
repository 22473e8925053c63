"""A language that is denied, supposed or names something else is not what the patient speaks."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("hun kan ikke tale engelsk", "language=en-~partial"),
        ("hun kan ikke snakke dansk", "language=da-~partial"),
        ("måske polsk", "language=pl~hedge"),
        ("maybe polish", "language=pl~hedge"),
        ("han taler måske polsk", "language=pl~hedge"),
        ("måske arabisk eller tyrkisk", "language=tr~hedge"),
        ("polsk mad", "language=pl~hedge"),
        ("polsk tv", "language=pl~hedge"),
        ("ikke kun dansk", "language=da~hedge"),
        ("not only danish", "language=da~hedge"),
        ("fynsk", "language=da~hedge"),
        ("taler sønderjysk", "language=da~hedge"),
        ("taler polsk", "language=pl"),
        ("polsk", "language=pl~partial"),
        ("finsk", "language=fi~partial"),
    ],
)
def test_how_sure_a_language_is(text: str, fact: str) -> None:
    assert fact in asserted(text)


@pytest.mark.parametrize("text", ["hun kan ikke tale engelsk", "kan ikke tale dansk"])
def test_who_does_not_speak_a_language_can_be_asked(text: str) -> None:
    assert not any(fact.startswith("unable") for fact in asserted(text))


def test_who_cannot_speak_cannot_be_asked() -> None:
    assert "unable=other" in asserted("hun kan ikke tale")
