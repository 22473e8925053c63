"""What single sentences assert: a table for each kind of fact, Danish and English."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted


def check(text: str, expected: str) -> None:
    missing = set(expected.split()) - asserted(text)
    assert not missing, f"{missing} of {sorted(asserted(text))}"


def rows(*pairs: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("text", "expected"), pairs, ids=[text for text, _ in pairs])


@rows(
    ("pt. ryger dgl", "smoking=daily"),
    ("20 om dagen siger hun", "smoking=daily"),
    ("ryger 12/dag", "smoking=daily"),
    ("han er storryger", "smoking=daily"),
    ("she smokes a pack a day", "smoking=daily"),
    ("han ryger", "smoking=use"),
    ("ryger til fester", "smoking=occasional"),
    ("ryger ikke hver dag", "smoking=occasional"),
    ("not every day, just sometimes", "smoking=occasional"),
    ("hun ryger ikke", "smoking=none"),
    ("she doesn't smoke", "smoking=none"),
    ("rygning: nej", "smoking=none"),
    ("no tobacco", "smoking=none"),
    ("har aldrig røget", "smoking=never"),
    ("never tried it", "smoking=never"),
    ("livslang ikke-ryger", "smoking=never"),
    ("er stoppet med at ryge", "smoking=ex"),
    ("ryger ikke mere", "smoking=ex"),
    ("har ikke røget i mange år", "smoking=ex"),
    ("she quit two years ago", "smoking=ex"),
    ("røg som ung", "smoking=past"),
    ("har røget i 40 år", "smoking=has_smoked"),
    ("hun kan ikke lade være", "smoking=use"),
    ("han har aldrig kunnet stoppe", "smoking=use"),
    ("trapper ned til 5 om dagen", "smoking=daily"),
)
def test_smoking_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("det er ikke fordi han ikke ryger", "smoking=use~hedge"),
    ("hun er ikke ikkeryger", "smoking=use~hedge"),
    ("det er løgn at hun ikke ryger", "smoking=none~hedge"),
    ("it's not that she doesn't smoke", "smoking=use~hedge"),
    ("har ikke røget i dag", "smoking=use~hedge"),
    ("hasn't smoked since admission", "smoking=use~hedge"),
)
def test_a_no_that_is_none_is_not_stated(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("han er ikke holdt op", "smoking=use"),
    ("hun er ikke helt stoppet", "smoking=use"),
    ("er ikke røgfri", "smoking=use"),
    ("he has not quit", "smoking=use"),
    ("she hasn't stopped", "smoking=use"),
    ("han sover ikke", "unable=asleep-~hedge"),
    ("hun sover ikke længere", "unable=asleep-~hedge"),
    ("hun sover dårligt", "unable=asleep-~hedge"),
    ("pt er ikke konfus", "unable=confused-~hedge"),
    ("he is not asleep", "unable=asleep-~hedge"),
    ("she isn't confused", "unable=confused-~hedge"),
    ("hun vil ikke sove", "unable=asleep-~hedge"),
    ("ryger ikke 20 om dagen", "smoking=use~hedge"),
    ("doesn't smoke 20 a day", "smoking=use~hedge"),
    ("hun er ikke storryger", "smoking=use~hedge"),
    ("he is not a heavy smoker", "smoking=use~hedge"),
    ("har ikke prøvet før", "referral=tried-"),
    ("hasn't tried before", "referral=tried-"),
    ("er ikke allerede henvist", "referral=already-"),
    ("han sagde ikke nej", "referral=wants~hedge"),
    ("har ikke sagt nej", "referral=wants~hedge"),
    ("han afslog ikke", "referral=wants~hedge"),
    ("he didn't say no", "referral=wants~hedge"),
    ("she did not decline", "referral=wants~hedge"),
)
def test_what_a_denial_stands_at_is_not_stated(text: str, expected: str) -> None:
    check(text, expected)
    kept = {fact for fact in asserted(text) if fact.startswith(("smoking", "unable", "answer"))}
    assert kept <= set(expected.split())


@rows(
    ("holdt op for ikke så længe siden", "smoking=ex"),
    ("det er ikke længe siden han holdt op", "smoking=ex"),
    ("ryger ikke, er stoppet", "smoking=ex"),
    ("hun sover og kan ikke svare", "unable=asleep"),
    ("bevidstløs, reagerer ikke", "unable=too_ill"),
    ("nej, han sover", "unable=asleep"),
)
def test_a_denial_elsewhere_in_the_sentence_denies_no_more_than_its_own(
    text: str, expected: str
) -> None:
    check(text, expected)


@rows(
    ("rygning 0", "smoking=none plain="),
    ("hun ryger ikke men det gør hendes mand", "smoking=none plain="),
    ("he doesnt smoke but his wife does", "smoking=none plain="),
    ("hendes kone ryger, hun gør ikke", "plain= answer=no"),
    ("rygning 10-15 dgl", "smoking=daily plain="),
    ("har ik røget i sit liv", "smoking=never"),
    ("joooo", "answer=yes whole=yes"),
    ("1 smøg om mdr", "smoking=occasional"),
)
def test_figures_and_ways_of_writing_are_told_apart(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("[[word:000000000000]] er storryger", "smoking=daily@unknown"),
    ("bor med en der vaper", "smoking=other@relative product=ecigarette@relative"),
    ("vil lige snakke med sin kone først", "referral=not_now"),
    ('"ja tak" siger hun', "referral=wants whole=yes"),
    ('"ja tak"', "referral=wants~instruction"),
    ("lægen siger »ja«", "answer=yes@staff~instruction"),
)
def test_who_says_it_and_of_whom_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("ryger ikke men damper", "smoking=none smoking=other product=ecigarette"),
    ("ikke cigaretter, kun snus", "product=cigarettes- product=snus"),
    ("ikke andet end cigaretter", "product=cigarettes smoking=use"),
    ("snus og cigaretter", "product=snus product=cigarettes"),
    ("hun ryger og vaper", "smoking=use smoking=other product=ecigarette"),
    ("aldrig røget men bruger nikotinposer", "smoking=never product=pouches smoking=other"),
    ("no cigarettes, only pouches", "product=cigarettes- product=pouches"),
    ("hverken cigaretter eller snus", "product=cigarettes- product=snus-"),
)
def test_products_are_read_with_what_is_denied(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("ryger ikke inde", "smoking=use"),
    ("ryger ikke her", "smoking=use"),
    ("ryger ikke ret meget", "smoking=use"),
    ("doesn't smoke inside", "smoking=use"),
)
def test_a_manner_or_a_place_that_is_denied_denies_no_smoking(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("hendes mand ryger 20 om dagen", "smoking=daily@relative"),
    ("konen ryger", "smoking=use@relative"),
    ("bor med en ryger men ryger ikke selv", "smoking=use@relative smoking=none"),
    ("she lives with a smoker", "smoking=use@relative"),
    ("han ryger ikke, men det gør konen", "smoking=none"),
    ("passiv ryger", "smoking=use@relative"),
    ("konen siger han ryger dagligt", "smoking=daily"),
    ("manden ryger", "smoking=use@unknown"),
    ("konen siger ja på hans vegne", "referral=wants@relative"),
    ("sønnen vil gerne", "referral=wants@relative"),
    ("his wife says yes", "referral=wants@relative"),
)
def test_who_is_meant_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("konen siger at han ryger", "smoking=use reported="),
    ("kollegaen siger at han ryger", "smoking=use reported="),
    ("ifølge konen ryger han", "smoking=use reported="),
    ("gitte siger at han ryger", "smoking=use reported="),
    ("det fremgår af journalen at hun ryger", "smoking=use reported="),
    ("iflg. journalen ryger han dagligt", "smoking=daily reported="),
    ("jeg har fået at vide at han ryger", "smoking=use reported="),
    ("his wife says he smokes every day", "smoking=daily reported="),
    ("according to his wife he smokes", "smoking=use reported="),
    ("sønnen siger at hun er faldet i", "course=relapsed reported="),
)
def test_what_others_report_of_the_patient_is_marked(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("han siger at han ryger", "reported="),
    ("20 om dagen siger hun", "reported="),
    ("pt oplyser at han ryger", "reported="),
    ("konen siger nej men han siger at han ryger", "reported="),
)
def test_what_patients_say_themselves_is_not(text: str, expected: str) -> None:
    assert expected not in asserted(text)


@rows(
    ("ryger fisk", "smoking=use~hedge"),
    ("han ryger sild", "smoking=use~hedge"),
    ("ryger [[word:000000000000]]", "smoking=use~hedge"),
    ("ryger hash", "smoking=use~hedge"),
    ("he smokes salmon", "smoking=use~hedge"),
    ("spiser røget laks", "smoking=has_smoked~hedge"),
    ("snus hedder hunden", "product=snus~hedge smoking=other~hedge"),
    ("katten hedder prince", "product=cigarettes~hedge"),
    ("a cat named snus", "product=snus~hedge"),
    ("snus: nej", "product=snus-"),
    ("the dog is called snus", "product=snus~hedge"),
)
def test_what_is_smoked_or_called_like_tobacco_is_none(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("ryger når han er ude", "smoking=use"),
    ("hun ryger fast", "smoking=use"),
    ("smokes outside", "smoking=use"),
    ("hun hedder [[name:000000000000]] og bruger snus", "product=snus smoking=other"),
)
def test_how_and_where_somebody_smokes_leaves_it_stated(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("formiddagen sover han", "best_time=morning-"),
    ("aften er dårligt", "best_time=evening-"),
    ("han er på arbejde om formiddagen", "best_time=morning-"),
    ("mornings are bad", "best_time=morning-"),
    ("alt andet end formiddag", "best_time=morning-"),
    ("undtagen om aftenen", "best_time=evening-"),
    ("om eftermiddagen får han kemo", "best_time=afternoon~hedge"),
    ("om aftenen er han træt", "best_time=evening~hedge"),
    ("he watches football in the evening", "best_time=evening~hedge"),
    ("ring om aftenen, om formiddagen sover han", "best_time=evening best_time=morning-"),
    ("aften er bedst", "best_time=evening"),
    ("hun er hjemme om aftenen", "best_time=evening"),
    ("efter arbejde", "best_time=evening"),
    ("mornings suit him", "best_time=morning"),
)
def test_a_bad_time_is_not_one_to_call(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("kan lidt engelsk men forstår det ikke", "language=en~hedge"),
    ("taler engelsk men forstår det ikke", "language=en~hedge"),
    ("taler dansk, men ikke så godt", "language=da~hedge"),
    ("speaks english but doesn't understand it", "language=en~hedge"),
    ("taler dansk, ryger ikke", "language=da"),
    ("taler polsk, men ikke dansk", "language=pl language=da-~partial"),
)
def test_a_language_that_is_hardly_spoken_is_in_doubt(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("polsk nej vent rumænsk", "language=pl~hedge language=ro~partial"),
    ("taler polsk, nej, rumænsk", "language=pl~hedge language=ro~partial"),
    ("polsk, jeg mener rumænsk", "language=pl~hedge language=ro~partial"),
    ("polish no wait romanian", "language=pl~hedge language=ro~partial"),
    ("formiddag nej eftermiddag", "best_time=morning~hedge best_time=afternoon"),
    ("morning, sorry, evening", "best_time=morning~hedge best_time=evening"),
    ("snus nej nikotinposer", "product=snus~hedge product=pouches"),
    ("snus, no wait, pouches", "product=snus~hedge product=pouches"),
    ("ryger dagligt nej lejlighedsvist", "smoking=daily~hedge smoking=occasional"),
    ("lejlighedsvist nej vent dagligt", "smoking=occasional~hedge smoking=daily"),
    ("ryger nej vent er stoppet", "smoking=none~hedge smoking=ex"),
    ("daily no wait occasionally", "smoking=daily~hedge smoking=occasional"),
    ("morning no afternoon", "best_time=morning~hedge best_time=afternoon~hedge"),
)
def test_what_is_taken_back_within_a_sentence_is_not_stated(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("ryger dgl, nej tak til hjælp", "smoking=daily"),
    ("taler polsk, tolk nej", "language=pl interpreter=-"),
    ("snus, ikke cigaretter", "product=snus product=cigarettes-"),
    ("nej, taler polsk", "language=pl"),
    ("ryger dagligt, nej, ikke snus", "smoking=daily"),
    ("formiddag, vent med at skrive", "best_time=morning"),
)
def test_a_no_about_something_else_takes_nothing_back(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("er det ja", "answer=yes~question"),
    ("vil hun gerne henvises", "referral=wants~question"),
    ("ja?", "answer=yes~question"),
    ("ja hvis det er gratis", "answer=yes~condition"),
    ("yes if it is free", "answer=yes~condition"),
    ("hun vil gerne & besked hvis hun kan", "referral=wants~condition"),
    ("gid hun sagde ja", "referral=wants~wish"),
    ("hun ville ønske hun kunne sige ja", "referral=wants~wish"),
    ("sæt kryds i ja", "answer=yes~instruction"),
    ("system: pt har accepteret", "referral=wants~instruction"),
    ("jeg tror hun siger ja", "referral=wants~hedge"),
    ("hun sagde ja i går", "referral=wants~hedge"),
    ("det er ikke et nej", "referral=wants~hedge"),
    ("ja det var så vel", "answer=yes~irony"),
    ("han ryger op og ned af gangen", "smoking=use~irony"),
    ("ja solen falder", "answer=yes~partial"),
)
def test_how_sure_it_is_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("siger ikke nej", "referral=wants"),
    ("hun har ikke noget imod det", "referral=wants"),
    ("han kan ikke sige nej", "referral=wants"),
    ("wouldn't say no", "referral=wants"),
    ("she doesn't mind", "referral=wants"),
    ("vil hverken henvises eller ringes op", "referral=wants-"),
    ("hun kan ikke sige ja", "referral=wants-"),
    ("ønsker ej henv.", "referral=wants-"),
    ("det gider han ikke", "referral=wants-"),
    ("ja det kan du tro nej", "referral=wants-"),
    ("over my dead body", "referral=wants-"),
    ("har prøvet plaster", "referral=tried"),
    ("når hun kommer hjem", "referral=not_now"),
    ("not until after the operation", "referral=not_now"),
    ("er allerede i gang hos kommunen", "referral=already"),
    ("pt er sederet", "unable=too_ill"),
    ("hun er til scanning", "unable=away"),
    ("pt er kørt til røntgen", "unable=away"),
    ("han er kørt til ct", "unable=away"),
    ("hun er kørt til operation", "unable=other"),
    ("would rather not say", "unable=refused"),
)
def test_the_offer_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("savner det slet ikke", "course=well"),
    ("ikke så godt", "course=badly"),
    ("er faldet i", "course=relapsed"),
    ("started again", "course=relapsed"),
    ("det går skidt", "course=badly"),
)
def test_how_it_goes_without_is_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("ring om aftenen", "call= best_time=evening"),
    ("ikke om formiddagen", "best_time=morning-"),
    ("læg gerne besked", "leave_message="),
    ("læg ikke besked", "leave_message=-"),
    ("taler polsk", "language=pl"),
    ("lidt dansk mest somali", "language=da~hedge language=so"),
    ("tolk ja", "interpreter="),
    ("no interpreter", "interpreter=-"),
    ("hun har hemmelig adresse", "protected_address="),
    ("hun udskrives fredag", "discharge="),
    ("arbejder i gladsaxe men bor i herlev", "place_works=0159 place_lives=0163"),
    ("ikke herlev men gladsaxe", "place_named=0163- place_named=0159"),
    ("han boede i ballerup før", "place_lived=0151"),
    ("flyttet fra ballerup til egedal", "place_lived=0151 place_lives=0240"),
    ("boede i ballerup men bor nu i egedal", "place_lived=0151 place_lives=0240"),
    ("født i ballerup", "place_lived=0151"),
    ("tidligere ballerup", "place_lived=0151"),
    ("he used to live in ballerup", "place_lived=0151"),
    ("han boede på 2750", "place_lived="),
    ("moren bor i herlev", "place_lives=0163@relative"),
    ("datteren bor 2730", "place_lives=@relative"),
    ("ballerup boldklub", "place_in_name=0151"),
    ("herlev hospital", "place_in_name=0163"),
    ("ballerup [[word:0a1b2c3d4e5f]]", "place_in_name=0151"),
    ("ballerup by", "place_named=0151"),
    ("bor i herlev arbejder i ballerup", "place_lives=0163 place_works=0151"),
    ("herlev kommune", "place_named=0163"),
    ("bor i holte", "place_lives=0173 place_lives=0230"),
    ("hun er tidligere ryger og bor i herlev", "smoking=ex place_lives=0163"),
    ("han fortryder sit samtykke", "consent=withdrawn"),
    ("hun giver samtykke", "consent=given"),
    ("nummeret er forkert", "correction=phone"),
)
def test_details_are_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    (
        "ja, ring om aftenen, læg gerne besked, taler polsk, tolk ja",
        "answer=yes best_time=evening leave_message= language=pl interpreter=",
    ),
    ("hun ryger 10 om dagen og vil gerne henvises", "smoking=daily referral=wants"),
    ("ryger dgl onsker ikke henv", "smoking=daily referral=wants-"),
    ("yes but only speaks polish", "answer=yes language=pl"),
    ("ja tak men ring helst om eftermiddagen", "referral=wants best_time=afternoon"),
)
def test_all_facts_of_a_sentence_are_read(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("patienten er desværre død i nat", "moment=died"),
    ("pt. er afgået ved døden", "moment=died"),
    ("she passed away this morning", "moment=died"),
    ("hun bryder sammen og græder", "moment=hard"),
    ("he is in tears", "moment=hard"),
    ("hendes mand er død", "moment=died@relative"),
    ("hun lå på stuen hvor naboen døde", "moment=died@relative"),
    ("faren er død så hun græder", "moment=died@relative moment=hard"),
)
def test_a_death_and_tears_are_read_and_whose_they_are(text: str, expected: str) -> None:
    check(text, expected)


@rows(
    ("det er ikke fordi hun har sagt ja", "referral="),
    ("it's not that she has agreed", "referral="),
    ("det er ikke fordi hun siger nej", "referral="),
)
def test_what_is_not_the_reason_is_neither_a_yes_nor_a_no(text: str, expected: str) -> None:
    assert not any(fact.startswith(expected) for fact in asserted(text))


@rows(("hun er død træt", "moment="), ("hun er dødtræt", "moment="), ("dead tired", "moment="))
def test_who_is_tired_did_not_die(text: str, expected: str) -> None:
    assert not any(fact.startswith(expected) for fact in asserted(text))


@rows(
    ("morfin dagligt", "smoking="),
    ("drikker hver dag", "smoking="),
    ("hvem har nøglen", "smoking="),
    ("smokes_daily", "smoking="),
    ("hun sover ikke længere", "smoking="),
    ("bor ikke længere i herlev", "smoking="),
    ("no longer works", "smoking="),
    ("det ryger lige ud af hovedet", "smoking=use"),
)
def test_what_is_about_something_else_is_no_smoking(text: str, expected: str) -> None:
    assert not any(fact.startswith(expected) and "~" not in fact for fact in asserted(text))


@pytest.mark.parametrize("text", ["tobak nej, alkohol ja", "tobak: ja alkohol: nej"])
def test_a_line_of_a_form_about_something_else_answers_nothing(text: str) -> None:
    assert not {one for one in asserted(text) if one.startswith("answer")}


@pytest.mark.parametrize(
    "text",
    [
        "hun ryger ikke men hendes mand vil ikke",
        "hun ryger ikke men det gør hendes mand måske",
        "hun ryger ikke siger hendes mand",
        "hun ryger ikke men hendes mand flyver",
    ],
)
def test_who_answers_beside_or_says_something_unknown_leaves_no_plain_no(text: str) -> None:
    assert "plain=" not in asserted(text)


@rows(
    ("20 cig om dagen siden konfirmationen siger han", "smoking=daily"),
    ("hun ryger ikke siger hun", "smoking=none plain="),
    ("hun ryger ikke siger hendes mand", "smoking=none reported="),
    ("hun ryger 10 om dagen siger datteren", "smoking=daily reported="),
    ("hendes mand siger hun ryger ikke", "smoking=none reported="),
)
def test_who_says_it_may_stand_before_or_behind(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "ring måske om aftenen",
        "evt. om aftenen",
        "perhaps in the evening",
        "probably evening",
    ],
)
def test_a_time_that_is_only_perhaps_is_not_stated(text: str) -> None:
    assert "best_time=evening~hedge" in asserted(text)


@rows(
    ("hun har ik røget siden hun blev indlagt i mandags", "smoking=use~hedge"),
    ("she hasn't smoked since she was admitted", "smoking=use~hedge"),
    ("ring tilbage om aftenen", "best_time=evening plain="),
    ("nej det gør hun sørme ikke", "answer=no whole=no"),
    ("no thx", "referral=wants- whole=no"),
    ("yes pls", "whole=yes"),
    ("det ku hun godt tænk sig", "referral=wants plain="),
    ("spørg hende igen efter op", "referral=not_now"),
    ("bruger de der nikotinposer", "product=pouches smoking=other"),
    ("ryger som en skorsten den gode mand", "smoking=daily plain="),
    ("hun kaster op ka ik snakke lige nu", "unable=too_ill"),
)
def test_everyday_ways_of_saying_it_are_read(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        *("har aldrig røget så meget som nu", "aldrig røget så lidt", "aldrig røget indenfor"),
        *("aldrig mindre end 20 om dagen", "har aldrig røget vandpibe", "var røgfri i 3 år"),
        *("er næsten stoppet", "er snart stoppet", "almost quit"),
    ],
)
def test_a_never_or_an_end_of_a_part_only_is_not_stated(text: str) -> None:
    ended = {f"smoking={value}" for value in ("never", "never_bare", "ex", "none")}
    assert not ended & asserted(text)


@rows(
    ("ryger næsten aldrig", "smoking=occasional"),
    ("ryger ikke om formiddagen", "smoking=use"),
    ("ryger ikke i hjemmet", "smoking=use"),
    ("patienten spørger om jeg ryger", "smoking=use~hedge"),
    ("hun vil gerne sige nej", "referral=wants-"),
    ("siger aldrig nej", "referral=wants whole=yes"),
    ("har aldrig prøvet før", "referral=tried-"),
    ("måske", "referral=not_now~hedge"),
    ("måske senere", "referral=not_now"),
)
def test_what_turns_a_sentence_is_read(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    ["det går ikke godt", "det går ikke så godt", "det går ikke særlig godt", "går det ikke godt"],
)
def test_what_does_not_go_well_is_no_well(text: str) -> None:
    assert "course=badly" in asserted(text)
    assert "course=well" not in asserted(text)
