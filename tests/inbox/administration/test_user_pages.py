"""The pages of access: second factor, own account, invitations and the administrator's work."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pyotp
import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.administration.rule_pages import UNITS
from inbox.staff.devices import device_name
from inbox.staff.signing_in import COOKIE
from referrals.administration import decisions
from referrals.administration.approving import Approving
from referrals.staff import house_rules
from referrals.staff.accounts import FRESH
from referrals.staff.tables import SessionRow, UserRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app

GOOD = "lampe kaktus flyver onsdag"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def store(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("pages"), engine_url="http://127.0.0.1:9"
    )
    preparing.prepare(settings, demo=True)
    opened = build_store(settings)
    Browser.app = create_app(settings)
    yield opened
    opened.database.close()


class Browser:
    """A person at a browser that keeps our cookie; knows no script."""

    app: object

    def __init__(self, name: str = "", password: str = PASSWORD) -> None:
        self.client = TestClient(
            self.app,  # type: ignore[arg-type]
            base_url="http://127.0.0.1:8000",
            follow_redirects=False,
        )
        self.client.headers.update({"Accept": "text/html", "User-Agent": FIREFOX})
        if name:
            self.log_in(name, password)

    def log_in(self, name: str, password: str) -> httpx.Response:
        return self.post("/log-ind", name=name, password=password)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, **form: str) -> httpx.Response:
        answer = self.client.post(path, data=form)
        given = re.search(rf"{COOKIE}=([^;]+)", answer.headers.get("set-cookie", ""))
        if given is not None:
            self.client.headers["Cookie"] = given[0]
        return answer

    def goes_to(self, path: str) -> str:
        return self.get(path).headers.get("location", "")


@pytest.fixture
def admin(store: Store) -> Browser:
    return Browser("demo-admin")


def user_id(store: Store, name: str) -> int:
    with store.database.read() as session:
        return session.scalars(select(UserRow.id).where(UserRow.name == name)).one()


def link_in(answer: httpx.Response) -> str:
    found = re.search(r'value="http://127.0.0.1:8000(/invitation/[^"]+)"', answer.text)
    assert found is not None
    return found[1]


@pytest.fixture
def twice(store: Store) -> Iterator[None]:
    """Ask for a second factor while the test runs."""
    for wanted in (True, False):
        with store.database.write() as session:
            house_rules.change(session, "require_second_factor", wanted, "test", now())
        if wanted:
            yield


def test_the_demo_says_that_it_asks_for_no_code(store: Store) -> None:
    assert "Engangskode kræves ikke her" in Browser().get("/log-ind").text


@pytest.mark.usefixtures("twice")
def test_an_adviser_sets_up_a_code_and_needs_it_from_then_on(store: Store) -> None:
    browser = Browser("demo-adviser-0151")
    assert browser.goes_to("/koe") == "/log-ind?next=/koe"
    assert browser.goes_to("/log-ind?next=/koe") == "/log-ind/kode?next=/koe"
    page = browser.get("/log-ind/kode?next=/koe").text
    found = re.search(r'class="key">([A-Z2-7]{32})<', page)
    assert found is not None
    assert "data:image/svg+xml" in page
    code = pyotp.TOTP(found[1]).now()
    wrong = "000000" if code != "000000" else "111111"
    assert browser.post("/log-ind/kode", code=wrong).status_code == 401
    enrolled = browser.post("/log-ind/kode", code=code, next="/koe")
    assert "Gem dine nødkoder" in enrolled.text
    assert browser.get("/koe").status_code == 200

    again = Browser("demo-adviser-0151")
    assert again.get("/koe").status_code == 303
    assert "Skriv din engangskode" in again.get("/log-ind/kode").text
    assert again.post("/log-ind/kode", code=code).status_code == 401
    recovery = re.findall(r"<code>([a-z2-7-]{34})</code>", enrolled.text)
    assert len(recovery) == 8
    answer = again.post("/log-ind/kode", code=recovery[0], next="/koe")
    assert answer.headers["location"] == "/koe"
    assert again.get("/koe").status_code == 200


@pytest.mark.usefixtures("twice")
def test_half_a_session_may_log_out(store: Store) -> None:
    browser = Browser("demo-manager-0151")
    assert browser.post("/log-ud").headers["location"] == "/log-ind"
    assert browser.goes_to("/log-ind/kode") == "/log-ind?next=/log-ind/kode"


def test_people_see_where_they_are_logged_in_and_log_out_elsewhere(store: Store) -> None:
    here, there = Browser("demo-nurse"), Browser("demo-nurse")
    assert "Firefox, Windows" in here.get("/konto").text
    before = here.client.headers["Cookie"]
    assert here.post("/konto/sessioner", session="andre").status_code == 303
    assert here.get("/konto").status_code == 200
    assert there.goes_to("/konto") == "/log-ind?next=/konto"
    here.client.headers["Cookie"] = before
    assert here.goes_to("/konto") == "/log-ind?next=/konto", "the cookie of before is void"


def long_ago(store: Store) -> None:
    """Let everybody's last proof be older than a change of access may rely on."""
    with store.database.write() as session:
        session.execute(update(SessionRow).values(proved_at=now() - FRESH))


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/konto/engangskode"),
        ("POST", "/konto/engangskode"),
        ("POST", "/konto/sessioner"),
    ],
)
def test_nobody_changes_access_at_a_computer_that_was_left_alone(
    store: Store, verb: str, path: str
) -> None:
    nurse, elsewhere = Browser("demo-nurse-gentofte"), Browser("demo-nurse-gentofte")
    before = nurse.client.headers["Cookie"]
    long_ago(store)
    form = {"session": "andre", "code": "123456"}
    answer = nurse.client.request(verb, path, data=form if verb == "POST" else None)
    assert answer.headers["location"].startswith("/konto/bekraeft?next=/")
    assert elsewhere.get("/konto").status_code == 200
    assert nurse.post("/konto/bekraeft", password="forkert").status_code == 422
    proved = nurse.post("/konto/bekraeft", password=PASSWORD, next="/konto/engangskode")
    assert proved.headers["location"] == "/konto/engangskode"
    assert nurse.get("/konto/engangskode").status_code == 200
    assert nurse.client.headers["Cookie"] != before
    nurse.client.headers["Cookie"] = before
    assert nurse.goes_to("/konto") == "/log-ind?next=/konto", "the cookie of before is void"


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in fields}


def test_what_was_typed_before_the_proof_is_sent_by_a_button_after_it(store: Store) -> None:
    admin = Browser("demo-admin")
    long_ago(store)
    asked = admin.post("/invitationer", role="adviser", place="kommune:0151", invited="Åse <Ny>")
    assert (asked.status_code, "Bekræft, at det er dig" in asked.text) == (403, True)
    carried = _hidden(asked.text)
    wrong = admin.post("/konto/bekraeft", password="forkert", **carried)
    assert (wrong.status_code, _hidden(wrong.text)) == (422, carried)
    proved = admin.post("/konto/bekraeft", password=PASSWORD, **carried)
    assert 'action="/invitationer"' in proved.text
    for page in (asked.text, proved.text):
        shown = re.findall(r"<dd>(.*?)</dd>", page)
        assert shown[0].endswith("<code>/invitationer</code>")
        assert [html.unescape(each) for each in shown[1:]] == [
            "adviser",
            "kommune:0151",
            "Åse <Ny>",
        ]
    form = _hidden(proved.text)
    assert form == {"role": "adviser", "place": "kommune:0151", "invited": "Åse <Ny>"}
    assert admin.post("/invitationer", **form).status_code == 202
    assert "Inviter Åse <Ny>" in html.unescape(waiting(admin))
    [back] = re.findall(r'action="(/admin/godkendelser/\d+/afvis)"', waiting(admin))
    admin.post(back)


def test_nobody_approves_at_a_computer_that_was_left_alone(store: Store, admin: Browser) -> None:
    admin.post("/invitationer", role="adviser", place="kommune:0151", invited="Anna Nørby")
    second = Browser("demo-admin-2")
    long_ago(store)
    assert approve(second).headers["location"].startswith("/konto/bekraeft?next=/")
    assert "Inviter Anna Nørby" in html.unescape(waiting(second))
    again = Browser("demo-admin")
    [back] = re.findall(r'action="(/admin/godkendelser/\d+/afvis)"', waiting(again))
    assert again.post(back).headers["location"].endswith("gjort=afvist")


@pytest.mark.usefixtures("twice")
def test_a_first_code_long_after_the_password_asks_for_it_again(store: Store) -> None:
    lead = Browser("demo-lead")
    assert lead.goes_to("/tal").startswith("/log-ind"), "a lead is asked twice as well"
    found = re.search(r'class="key">([A-Z2-7]{32})<', lead.get("/log-ind/kode").text)
    assert found is not None
    long_ago(store)
    answer = lead.post("/log-ind/kode", code=pyotp.TOTP(found[1]).now())
    assert answer.headers["location"].startswith("/konto/bekraeft?next=/")
    assert lead.post("/konto/bekraeft", password=PASSWORD, next="/log-ind/kode").status_code == 303
    assert "Sæt engangskoder op" in lead.get("/log-ind/kode").text


def test_a_new_password_is_judged_before_it_is_taken(store: Store) -> None:
    browser = Browser("demo-nurse-2")
    weak = browser.post("/konto/adgangskode", old=PASSWORD, new="password1234")
    assert (weak.status_code, "for let at gætte" in weak.text) == (422, True)
    wrong = browser.post("/konto/adgangskode", old="forkert", new=GOOD)
    assert "passer ikke" in wrong.text
    assert browser.post("/konto/adgangskode", old=PASSWORD, new=GOOD).status_code == 303
    assert Browser("demo-nurse-2", GOOD).get("/konto").status_code == 200


def codes_in(answer: httpx.Response) -> list[str]:
    return re.findall(r'value="((?:[a-z2-7]{4}-){2}[a-z2-7]{4})"', answer.text)


def test_an_invitation_makes_a_user_who_can_log_in(store: Store) -> None:
    lead = Browser("demo-lead")
    answer = lead.post("/invitationer", role="nurse", place="afsnit:herlev-onk-1")
    link = link_in(answer)
    assert link not in lead.get("/invitationer").text, "shown once"
    invited = Browser()
    assert "sygeplejerske" in invited.get(link).text
    form = {"display_name": "Ny Kollega", "name": "ny.kollega"}
    assert invited.post(link, **form, password="kort").status_code == 422
    assert invited.post(link, **form, password=GOOD).headers["location"].startswith("/log-ind")
    assert Browser("Ny.Kollega", GOOD).get("/chat").status_code == 200
    assert invited.get(link).status_code == 404


def test_an_administrator_says_who_is_invited(admin: Browser) -> None:
    answer = admin.post("/invitationer", role="nurse", place="afsnit:herlev-onk-1")
    assert (answer.status_code, "hvem invitationen er til" in answer.text) == (422, True)


def test_a_lead_is_offered_own_wards_and_nurses_only(store: Store) -> None:
    lead = Browser("demo-lead")
    page = lead.get("/invitationer").text
    assert "herlev-onk-1" in page
    assert "gentofte-med-1" not in page
    assert 'value="adviser"' not in page
    assert lead.post("/invitationer", role="nurse", place="afsnit:herlev-onk-1").status_code == 201
    refused = lead.post("/invitationer", role="nurse", place="afsnit:gentofte-med-1")
    assert refused.status_code == 403


def test_a_role_without_its_place_is_told_and_what_was_chosen_stays(admin: Browser) -> None:
    answer = admin.post(
        "/invitationer", role="adviser", place="afsnit:herlev-onk-1", invited="Anna"
    )
    assert answer.status_code == 422
    assert '<option value="adviser" selected' in answer.text


def test_an_administrator_finds_suspends_and_reinstates_a_user(
    store: Store, admin: Browser
) -> None:
    assert "demo-adviser-0157" in admin.get("/admin/brugere?q=Gentofte&rolle=adviser").text
    number = user_id(store, "demo-adviser-0157")
    path = f"/admin/brugere/{number}"
    adviser = Browser("demo-adviser-0157")
    assert "Demo Kursusleder Gentofte" in admin.get(path).text
    taker = str(user_id(store, "demo-manager-0157"))
    assert admin.post(f"{path}/spaer", hand_to=taker).status_code == 303
    assert adviser.goes_to("/koe") == "/log-ind?next=/koe"
    assert "demo-adviser-0157" in admin.get("/admin/brugere?vis=spaerrede").text
    assert "gjort=bedt" in admin.post(f"{path}/genoptag").headers["location"]
    assert Browser("demo-adviser-0157").get("/koe").status_code != 200
    assert approve(Browser("demo-admin-2")).status_code in (200, 303)
    assert Browser("demo-adviser-0157").get("/koe").status_code == 200


def test_nobody_suspends_themselves_by_the_page_either(store: Store, admin: Browser) -> None:
    answer = admin.post(f"/admin/brugere/{user_id(store, 'demo-admin')}/spaer")
    assert answer.status_code == 422
    assert admin.get("/admin/brugere").status_code == 200


def approve(admin: Browser, number: int = 0) -> httpx.Response:
    """Approve what waits, as the page of that administrator offers it."""
    offered = re.findall(r'action="(/admin/godkendelser/\d+/godkend)"', waiting(admin))
    return admin.post(offered[number])


def waiting(admin: Browser) -> str:
    return admin.get("/admin/godkendelser").text


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_the_asker_never_sees(
    store: Store, admin: Browser
) -> None:
    number = user_id(store, "demo-adviser-0159")
    asked = admin.post(f"/admin/brugere/{number}/adgangskode")
    assert (asked.status_code, "/invitation/" in asked.text) == (202, False)
    [code] = codes_in(asked)
    assert '/godkend"' not in waiting(admin)
    second = Browser("demo-admin-2")
    link = link_in(approve(second))
    assert not re.search(f"{link}|{code}", waiting(second) + waiting(admin)), "shown once"
    refused = Browser().post(link, password=GOOD)
    assert (refused.status_code, "Koden passer ikke" in refused.text) == (422, True)
    assert Browser().post(link, password=GOOD, code=code).status_code == 303
    assert Browser("demo-adviser-0159", GOOD).get("/koe").status_code == 200


def test_a_second_administrator_lets_an_adviser_in_or_does_not(admin: Browser) -> None:
    sent = {"role": "adviser", "place": "kommune:0151"}
    asked = admin.post("/invitationer", **sent, invited="Anna Nørby\nBo Bo")
    assert (asked.status_code, "/invitation/" in asked.text) == (202, False)
    code, other = codes_in(asked)
    second = Browser("demo-admin-2")
    assert "Inviter Anna Nørby" in html.unescape(waiting(second))
    link = link_in(approve(second))
    assert code not in waiting(second)
    invited = Browser()
    page = invited.get(link).text
    assert ("rådgiver" in page, 'name="code"' in page) == (True, True)
    form = {"display_name": "Anna Nørby", "name": "anna.nørby", "password": GOOD}
    assert invited.post(link, **form, code=other).status_code == 422
    assert invited.post(link, **form, code=code).status_code == 303
    assert Browser("anna.nørby", GOOD).get("/koe").status_code == 200
    [refuse] = re.findall(r'action="(/admin/godkendelser/\d+/afvis)"', waiting(second))
    assert second.post(refuse).headers["location"].endswith("gjort=afvist")
    assert "Intet venter" in waiting(admin)


def test_an_administrator_logs_a_user_out_everywhere(store: Store, admin: Browser) -> None:
    nurse = Browser("demo-nurse")
    done = admin.post(f"/admin/brugere/{user_id(store, 'demo-nurse')}/log-ud")
    assert "logget ud alle steder" in admin.get(done.headers["location"]).text
    assert nurse.goes_to("/konto") == "/log-ind?next=/konto"
    assert Browser("demo-nurse").get("/chat").status_code == 200


def test_the_only_administrator_is_told_what_to_do(store: Store, admin: Browser) -> None:
    other = f"/admin/brugere/{user_id(store, 'demo-admin-2')}"
    assert "./henvis approve" not in waiting(admin)
    admin.post(f"{other}/spaer")
    assert "./henvis approve" in waiting(admin)
    admin.post(f"{other}/genoptag")
    [asked] = decisions.waiting(store.database, store.around.now())
    Approving(store.database, None).approve(asked.id, store.around.now())
    assert Browser("demo-admin-2").get("/admin/brugere").status_code == 200


def test_rules_are_changed_on_a_page_and_out_of_bounds_ones_are_not(
    store: Store, admin: Browser
) -> None:
    form = {
        "session_idle": "20",
        "session_lifetime": "8",
        "invite_lifetime": "3",
        "attempts_before_giving_up": "4",
        "conversations_a_day": "100",
        "referrals_a_day": "50",
        "mail_domains": "regionh.dk @herlev.dk",
    }
    refused = admin.post("/admin/indstillinger", **form)
    assert (refused.status_code, "Skriv med nogle ord" in refused.text) == (422, True)
    as_they_are = {**form, "session_idle": "30", "session_lifetime": "12"}
    assert admin.post("/admin/indstillinger", **as_they_are).status_code == 303
    form["reason"] = "Delte computere på afsnittet"
    assert admin.post("/admin/indstillinger", **form).status_code == 303
    page = admin.get("/admin/indstillinger").text
    assert 'name="session_lifetime" type="number" required min="1" max="24" value="8"' in page
    assert "slået fra" in page
    assert page.count("Delte computere på afsnittet (demo-admin") == 2
    assert 'value="regionh.dk herlev.dk"' in page
    assert admin.post("/admin/indstillinger", **{**form, "mail_domains": "x"}).status_code == 422
    assert admin.post("/admin/indstillinger", **{**form, "session_idle": "1"}).status_code == 422
    nobody_could = admin.post("/admin/indstillinger", **form, require_passkey="true")
    assert (nobody_could.status_code, "HENVIS_PUBLIC_URL" in nobody_could.text) == (422, True)


def test_a_looser_rule_waits_for_a_second_administrator(store: Store, admin: Browser) -> None:
    with store.database.write() as session:
        house_rules.change(session, "second_factor_for_nurses", True, "test", now())
        house_rules.change(session, "mail_domains", "regionh.dk", "test", now())
    rules = store.accounts.rules()
    form = {name: str(int(house_rules.as_set(rules, name)) // unit) for name, unit in UNITS.items()}
    form |= {"session_idle": "60", "reason": "Lange samtaler"}
    asked = admin.post("/admin/indstillinger", **form)
    assert asked.headers["location"].endswith("gjort=bedt")
    assert "venter på, at en anden administrator" in admin.get(asked.headers["location"]).text
    assert store.accounts.rules() == rules
    second = Browser("demo-admin-2")
    page = html.unescape(waiting(second))
    assert "Løsn reglen: log først ud, når ingen har gjort noget i 60 minutter" in page
    assert "Begrundelse: Lange samtaler" in page
    assert "Løsn reglen: beskeder på mail må gå til alle domæner" in page
    while '/godkend"' in waiting(second):
        assert approve(second).status_code == 303
    loosened = store.accounts.rules()
    assert (loosened.session_idle.total_seconds() // 60, loosened.mail_domains) == (60, ())
    assert not loosened.second_factor_for_nurses


def test_places_are_kept_on_one_page(store: Store, admin: Browser) -> None:
    assert admin.post("/admin/steder/hospitaler", name="Bispebjerg Hospital").status_code == 303
    ward = {"hospital": "bispebjerg-hospital", "department": "Lunge", "name": "Afsnit 12"}
    assert admin.post("/admin/steder/afsnit", **ward).status_code == 303
    where = "/admin/steder/afsnit/bispebjerg-hospital-afsnit-12"
    assert admin.post(f"{where}/navn", name="Afsnit 13").status_code == 303
    assert admin.post(f"{where}/luk").status_code == 303
    assert "Lukkede afsnit" in admin.get("/admin/steder").text
    refused = admin.post("/admin/steder/afsnit/herlev-onk-1/luk")
    assert (refused.status_code, "medarbejdere til stedet" in refused.text) == (422, True)
    assert admin.post("/admin/steder/kommuner/0151", phone="12").status_code == 422
    assert admin.post("/admin/steder/kommuner/0151", phone="44 77 20 00").status_code == 303


def test_the_log_is_searched_and_its_chain_checked(store: Store, admin: Browser) -> None:
    page = html.unescape(admin.get("/admin/log?hvem=demo-admin&hvad=log_in&bevis=ja").text)
    assert "poster passer til hinanden" in page
    assert "Loggen er ikke forankret endnu" in page
    assert "issue_token</code>" not in page
    nothing = admin.get("/admin/log?post=H-2222-2&fra=2026-01-01&til=vrøvl").text
    assert "intet, der passer" in nothing


@pytest.mark.parametrize("path", ["/admin/brugere", "/admin/steder", "/admin/log", "/konto"])
def test_an_administrator_sees_no_patient(admin: Browser, path: str) -> None:
    page = admin.get(path).text
    assert "Demo Patient" not in page
    assert admin.client.get("/koe").status_code == 403


def test_guessing_on_the_page_has_to_wait(store: Store) -> None:
    answers = [Browser().log_in("findes-ikke", "forkert").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_as_people_know_it(user_agent: str, shown: str) -> None:
    assert device_name(user_agent) == shown


def test_an_administrator_corrects_a_user(admin: Browser, store: Store) -> None:
    with store.database.read() as session:
        user_id = session.scalars(select(UserRow.id).where(UserRow.name == "demo-nurse-2")).one()
    path = f"/admin/brugere/{user_id}"
    assert "Ret brugeren" in admin.get(path).text
    own = {"display_name": "Rettet Navn", "role": "nurse", "place": "afsnit:herlev-onk-1"}
    assert admin.post(f"{path}/ret", **own).headers["location"].endswith("gjort=rettet")
    form = {**own, "place": "afsnit:herlev-med-2"}
    assert admin.post(f"{path}/ret", **form).headers["location"].endswith("gjort=bedt")
    assert "Medicinsk sengeafsnit 2" in waiting(Browser("demo-admin-2"))
    approve(Browser("demo-admin-2"))
    page = admin.get(path).text
    assert "Rettet Navn" in page
    assert "Medicinsk sengeafsnit 2" in page
    assert "change_user_place" in admin.get(f"/admin/log?post=user:{user_id}").text
    refused = admin.post(f"{path}/ret", **{**form, "role": "adviser"})
    assert refused.status_code == 422
    assert "Rolle og sted passer ikke sammen" in refused.text


def test_many_are_invited_in_one_go_and_a_mail_is_written_to_those_with_an_address(
    store: Store,
) -> None:
    lead, sent = Browser("demo-lead"), {"role": "nurse", "place": "afsnit:herlev-onk-1"}
    page = lead.post("/invitationer", **sent, invited="Anna Nørby\nbo@herlev.example\n").text
    assert "2 invitationer er klar." in page
    assert len(set(re.findall(r'value="http://127.0.0.1:8000(/invitation/[^"]+)"', page))) == 2
    assert 'href="mailto:bo%40herlev.example?' in page or 'href="mailto:bo@herlev' in page
    assert "Anna Nørby" in lead.get("/invitationer").text
    too_many = lead.post("/invitationer", **sent, invited="\n".join(map(str, range(101))))
    assert too_many.status_code == 422
    assert "højst 100 ad gangen" in too_many.text
