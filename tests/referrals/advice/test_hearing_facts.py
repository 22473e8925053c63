"""What the facts of a message alone allow as answers, before the kind of message is asked."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import Words, candidates, products
from referrals.advice.encounter import Step
from tests.nlu.reading.saying import words


def allowed(step: Step, text: str, intent: str = "nlu_fallback") -> list[str]:
    return candidates(step, words(text, intent))


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("ryger dagligt", ["daily"]),
        ("ryger til fest", ["occasional"]),
        ("hun ryger", ["daily", "occasional"]),
        ("femte forsøg", ["daily", "occasional"]),
        ("er faldet i", ["daily", "occasional"]),
        ("har røget i 40 år", ["ex", "daily", "occasional"]),
        ("indimellem svært, men stadig røgfri", ["occasional", "ex"]),
        ("ryger til fest, er stoppet, er faldet i", ["occasional"]),
        ("er stoppet, er faldet i", ["daily", "occasional"]),
        ("er stoppet, har prøvet mange gange før", ["ex"]),
        ("er stoppet, har aldrig røget siden", ["ex"]),
        ("røg før, har røget i 40 år", ["ex"]),
        ("tidligere ryger", ["ex"]),
        ("ryger ikke, røg engang", ["ex"]),
        ("aldrig", ["never"]),
        ("har aldrig røget, bruger ingenting", ["never"]),
        ("ryger ikke, har aldrig gjort", ["never"]),
        ("hun ryger ikke", ["no_use"]),
        ("cigarer", ["daily", "occasional"]),
        ("vaper hver dag", ["other_product", "daily"]),
        ("vaper hver dag, røg før", ["other_product"]),
        ("bruger nikotinplaster hver dag", ["other_product"]),
        ("hun ryger, er ikke stoppet", ["daily", "occasional"]),
        ("pt er konfus", ["unable"]),
        ("hun vil ikke svare", ["not_answered"]),
        ("vent", ["unable"]),
        ("vil gerne men ikke nu", []),
        ("nej", ["no_use"]),
        ("nej, vil gerne ringes op", []),
        ("nej, det går godt", []),
        ("nej, ring om aftenen", []),
        ("nej, taler polsk", []),
        ("hendes mand ryger dagligt", []),
    ],
)
def test_what_is_told_of_smoking_allows_these_statuses(text: str, statuses: list[str]) -> None:
    assert allowed(Step.STATUS, text) == statuses


@pytest.mark.parametrize(
    ("text", "intent", "statuses"),
    [
        ("hun vil ikke", "will_not_answer", ["not_answered"]),
        ("hun vil gerne", "will_not_answer", []),
        ("hun vil ikke", "deny", []),
        ("det er ikke sådan", "does_not_use", ["no_use"]),
        ("det er ikke sådan", "deny", []),
        ("det er sådan", "does_not_use", []),
        ("det gør hun måske ikke", "does_not_use", []),
        ("ikke sådan, vil gerne", "does_not_use", []),
        ("ikke sådan, det går godt", "does_not_use", []),
    ],
)
def test_a_no_is_about_smoking_only_in_a_message_of_that_kind(
    text: str, intent: str, statuses: list[str]
) -> None:
    assert allowed(Step.STATUS, text, intent) == statuses


@pytest.mark.parametrize(
    ("text", "ever"),
    [
        ("tidligere", ["stopped"]),
        ("hun er stoppet", ["stopped"]),
        ("har røget i 40 år", ["stopped"]),
        ("hun ryger", []),
        ("ryger dagligt", []),
        ("ryger til fest", []),
        ("vaper", []),
        ("vaper hver dag", []),
        ("bruger nikotinplaster hver dag", []),
        ("har aldrig røget men vaper", []),
        ("har aldrig røget", ["never"]),
        ("aldrig", ["never"]),
        ("hun ryger ikke", ["never"]),
        ("ja", ["stopped"]),
        ("nej", ["never"]),
        ("hun sover", []),
    ],
)
def test_whoever_used_something_once_has_stopped_and_whoever_does_has_not(
    text: str, ever: list[str]
) -> None:
    assert allowed(Step.EVER_SMOKED, text) == ever


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("går godt", ["well"]),
        ("det er svært men går godt", ["well"]),
        ("det går godt men svært", []),
        ("svært", []),
        ("er faldet i", ["relapsed"]),
        ("er faldet i, men det går godt nu", []),
        ("ryger dagligt", ["relapsed"]),
        ("ryger til fest", ["relapsed"]),
        ("hun ryger", ["relapsed"]),
        ("vaper", ["relapsed"]),
        ("vaper hver dag", ["relapsed"]),
        ("bruger nikotinplaster hver dag", []),
    ],
)
def test_whoever_smokes_or_fell_has_relapsed_and_of_good_and_bad_the_last_counts(
    text: str, how: list[str]
) -> None:
    assert allowed(Step.EX_SMOKER, text) == how


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ja tak", ["yes"]),
        ("nej tak", ["no"]),
        ("ikke nu", ["not_now"]),
        ("har prøvet før", ["tried_before"]),
        ("har prøvet før, ja tak", ["yes"]),
        ("har prøvet, nej tak", ["no"]),
        ("har prøvet, ikke nu", ["not_now"]),
        ("har prøvet, vil gerne", ["yes"]),
        ("kan ikke svare", ["unable"]),
        ("kan ikke svare, senere", ["unable", "not_now"]),
        ("hun sover, senere", ["unable"]),
        ("vil ikke svare", ["no"]),
        ("aldrig", ["no"]),
        ("ja, hun ryger", []),
        ("ja, hun ryger aldrig", []),
        ("vil ikke ringes op", ["no"]),
    ],
)
def test_what_is_told_of_the_offer_allows_these_answers(text: str, said: list[str]) -> None:
    assert allowed(Step.OFFER, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ja", ["yes"]),
        ("nej tak", ["no"]),
        ("ja tak, helst ikke", ["yes", "no"]),
        ("vil gerne", ["yes"]),
        ("vil ikke", ["no"]),
        ("læg besked, nej ikke besked", ["no"]),
        ("ikke besked, jo læg besked", ["yes"]),
        ("ja chef", []),
        ("ja chef, ikke besked", []),
        ("ja chef, det er ikke sådan", []),
        ("hendes mand siger ja", []),
    ],
)
def test_a_yes_or_no_is_told_by_itself_or_by_what_it_is_about(text: str, said: list[str]) -> None:
    assert allowed(Step.LEAVE_MESSAGE, text) == said


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        (Step.MUNICIPALITY, "bor i herlev", ["0163"]),
        (Step.MUNICIPALITY, "arbejder i herlev, bor i gladsaxe", ["0159"]),
        (Step.MUNICIPALITY, "bor i herlev, gladsaxe", ["0163"]),
        (Step.MUNICIPALITY, "herlev, gladsaxe", ["0163", "0159"]),
        (Step.MUNICIPALITY, "gladsaxe, gladsaxe", ["0159"]),
        (Step.MUNICIPALITY, "ikke herlev", []),
        (Step.MUNICIPALITY, "bor ikke i herlev", []),
        (Step.SPOKEN_LANGUAGE, "polsk", ["pl"]),
        (Step.SPOKEN_LANGUAGE, "polsk og rumænsk", ["pl"]),
        (Step.SPOKEN_LANGUAGE, "polsk, hendes mand taler tysk", ["pl"]),
        (Step.SPOKEN_LANGUAGE, "ikke polsk", []),
        (Step.SPOKEN_LANGUAGE, "taler polsk?", []),
        (Step.BEST_TIME, "om aftenen", ["evening"]),
        (Step.BEST_TIME, "ikke om aftenen", []),
        (Step.BEST_TIME, "hendes mand om aftenen", []),
        (Step.DEFER_REASON, "sover og er konfus", ["asleep", "confused"]),
        (Step.DEFER_REASON, "nægter at svare", []),
        (Step.PRODUCT, "cigaretter og snus", ["cigarettes+snus"]),
        (Step.PRODUCT, "ikke snus", []),
        (Step.NAME, "hun ryger dagligt", []),
    ],
)
def test_a_word_that_was_asked_for_is_the_answer(step: Step, text: str, said: list[str]) -> None:
    assert allowed(step, text) == said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("snus", "snus"),
        ("hun ryger og snuser", "cigarettes+snus"),
        ("ryger dagligt og vaper", "cigarettes+ecigarette"),
        ("ryger til fest og vaper", "cigarettes+ecigarette"),
        ("ryger cigarer", "other"),
        ("ryger dagligt pibe og vaper", "ecigarette+other"),
        ("hun ryger", ""),
    ],
)
def test_whoever_smokes_beside_a_product_smokes_cigarettes_unless_it_says_what(
    text: str, told: str
) -> None:
    assert products(words(text, "uses_other_product")) == told


@pytest.mark.parametrize(
    ("confidence", "told"),
    [
        (0.97, {"sure", "certain"}),
        (0.96, {"sure"}),
        (0.9, {"sure"}),
        (0.89, {"unclear"}),
        (0.0, {"unclear"}),
    ],
)
def test_how_sure_a_kind_of_message_is_goes_by_its_confidence(
    confidence: float, told: set[str]
) -> None:
    said = Words("deny", confidence=confidence)
    assert {each for each in ("sure", "certain", "unclear") if getattr(said, each)} == told


@pytest.mark.parametrize(
    ("intent", "confidence", "unclear"),
    [
        ("out_of_scope", 0.59, True),
        ("out_of_scope", 0.6, False),
        ("nlu_fallback", 1.0, True),
        ("deny", 0.9, False),
    ],
)
def test_what_is_out_of_scope_is_unclear_only_where_hardly_anything_speaks_for_it(
    intent: str,
    confidence: float,
    unclear: bool,  # noqa: FBT001
) -> None:
    assert Words(intent, confidence=confidence).unclear is unclear


def test_words_that_were_typed_are_not_shown_where_something_fails() -> None:
    assert "Prøvesen" not in repr(Words("deny", text="Prøvesen"))


def test_a_kind_of_message_that_nobody_was_sure_of_is_not_sure() -> None:
    assert Words("deny").unclear
