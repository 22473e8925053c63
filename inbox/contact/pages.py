"""The page for contact details behind a one-time link: for the nurse, or on the patient's phone.

Looking uses nothing up and tells nothing of the patient. No log-in, no script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from inbox.qr_code import qr_code
from referrals.advice.encounter import Step
from referrals.advice.script import CHOICES
from referrals.consent.texts import LANGUAGES, ConsentPart
from referrals.contact.links import NoContactLink
from referrals.contact.page import (
    BadContact,
    ContactForm,
    ContactPages,
    OpenPage,
    PatientConsent,
    ReadBack,
)
from referrals.denmark.contact_details import shown_phone
from referrals.denmark.dates import local
from referrals.denmark.municipalities import OTHER_MUNICIPALITY, load_municipalities
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.words.room_words import RoomWords

LINK = "/kontakt/{secret}"
PATIENT = "/kontakt/{secret}/patient"
DONE = "/kontakt/tak"
_MOST = 200
_WORDS = RoomWords("inbox.contact")

Typed = Annotated[str, Form(max_length=_MOST)]
Ticked = Annotated[bool, Form()]
Language = Annotated[str, Query(max_length=5)]


def details_of(
    name: Typed = "",
    phone: Typed = "",
    postcode: Typed = "",
    municipality: Typed = "",
    best_time: Typed = "any",
    leave_message: Ticked = False,
    spoken_language: Typed = "da",
    interpreter: Ticked = False,
) -> ContactForm:
    """Give what nurse and patient alike can fill in."""
    return ContactForm(
        name,
        phone,
        postcode,
        municipality,
        best_time,
        leave_message,
        spoken_language,
        interpreter,
    )


Details = Annotated[ContactForm, Depends(details_of)]


class ReadingBack:
    """The step between writing and keeping: a number is read back before it is sent.

    ``confirmed`` is the number that was read back and found right, ``asked`` the stamp that tells
    since when it stands there, ``correct`` the wish to change.
    """

    def __init__(
        self,
        confirmed: Typed = "",
        correct: Annotated[str, Form(max_length=5)] = "",
        asked: Typed = "",
    ):
        self._confirmed, self._correct, self._asked = confirmed, bool(correct), asked

    def is_due(
        self, pages: ContactPages, secret: str, shown: ReadBack | None, now: datetime
    ) -> bool:
        """Tell whether what was typed has still to be seen, or is to be changed."""
        if shown is None or self._correct:
            return self._correct
        seen = pages.was_seen(secret, shown.phone, self._asked, now)
        return shown.phone != self._confirmed or not seen

    def show(
        self, pages: ContactPages, secret: str, shown: ReadBack | None, now: datetime
    ) -> ReadBack | None:
        """Give what to read back; nothing where the form itself is wanted again."""
        if shown is None or self._correct:
            return None
        asked = pages.asked(secret, shown.phone, now, self._asked)
        return replace(shown, asked=asked, too_soon=shown.phone == self._confirmed)


def router() -> APIRouter:
    """Give the routes of the contact page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(DONE, show_done, methods=["GET"])
    routes.add_api_route(LINK, show_nurse, methods=["GET"])
    routes.add_api_route(LINK, write, methods=["POST"])
    routes.add_api_route(PATIENT, show_patient, methods=["GET"])
    routes.add_api_route(PATIENT, answer, methods=["POST"])
    return routes


def show_nurse(request: Request, secret: str) -> Response:
    """Show the nurse's form, once the patient has agreed, and the code for the patient's phone."""
    return _nurse_page(request, secret, {}, {})


def write(
    request: Request,
    secret: str,
    details: Details,
    second_contact: Typed = "",
    discharge_date: Typed = "",
    protected_address: Ticked = False,
    read_back: Annotated[ReadingBack, Depends()] = ReadingBack(),  # noqa: B008 - of no state
) -> Response:
    """Take what the nurse wrote, whole or not at all, once it was read back."""
    form = replace(
        details,
        second_contact=second_contact,
        discharge_date=discharge_date,
        protected_address=protected_address,
    )
    now = request.app.state.now()
    try:
        shown = _pages(request).read_back(form, now)
        if read_back.is_due(_pages(request), secret, shown, now):
            back = read_back.show(_pages(request), secret, shown, now)
            return _nurse_page(request, secret, vars(form), {}, shown=back)
        _pages(request).write(secret, form, now)
    except NoContactLink:
        return _gone(request)
    except BadContact as bad:
        return _nurse_page(request, secret, vars(form), bad.errors, 422)
    return _done("da", "done")


def show_patient(request: Request, secret: str, sprog: Language = "") -> Response:
    """Show the consent and the form in the language that the patient chooses."""
    return _patient_page(request, secret, sprog, {}, {})


def answer(
    request: Request,
    secret: str,
    form: Details,
    sprog: Language = "",
    svar: Annotated[str, Form(max_length=10)] = "",
    consent: Ticked = False,
    outcome: Ticked = False,
    contact_hash: Typed = "",
    outcome_hash: Typed = "",
    since: Typed = "",
    read_back: Annotated[ReadingBack, Depends()] = ReadingBack(),  # noqa: B008 - of no state
) -> Response:
    """Take the patient's own answer: no, or yes with the details."""
    language = sprog if sprog in LANGUAGES else "da"
    read = {"contact_hash": contact_hash, "outcome_hash": outcome_hash, "since": since}
    typed = {**vars(form), "consent": consent, "outcome": outcome, "svar": svar, **read}
    now = request.app.state.now()
    try:
        if svar == "nej":
            _pages(request).refuse(secret, language, now, since)
            return _done(language, "refused")
        if not consent:
            wrong = {"consent": "consent_missing"}
            return _patient_page(request, secret, language, typed, wrong, 422)
        given = PatientConsent(language, contact_hash, outcome_hash, outcome, since)
        _pages(request).check_read(secret, given, now)
        shown = _pages(request).read_back(form, now)
        if read_back.is_due(_pages(request), secret, shown, now):
            back = read_back.show(_pages(request), secret, shown, now)
            return _patient_page(request, secret, sprog, typed, {}, shown=back)
        _pages(request).answer(secret, given, form, now)
    except NoContactLink:
        return _gone(request)
    except BadContact as bad:
        return _patient_page(request, secret, language, typed, bad.errors, 422)
    return _done(language, "done_patient")


def show_done(request: Request, sprog: Language = "da", hvad: Language = "") -> Response:
    """Say that it is done. The address holds no secret."""
    kinds = {"tak": "done", "egen": "done_patient", "nej": "refused"}
    return page(
        request,
        "contact_done.html",
        {**_spoken(sprog), "said": kinds.get(hvad, "done")},
    )


def _done(language: str, said: str) -> Response:
    kind = {"done": "tak", "done_patient": "egen", "refused": "nej"}[said]
    return RedirectResponse(f"{DONE}?sprog={language}&hvad={kind}", status_code=303)


def _nurse_page(
    request: Request,
    secret: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
    shown: ReadBack | None = None,
) -> Response:
    opened = _look(request, secret)
    if opened is None:
        return _gone(request)
    address = f"{request.app.state.public_url}/kontakt/{secret}/patient"
    context = {
        **_spoken(opened.language),
        **_choices(request, typed, errors),
        "opened": opened,
        "read_back": shown,
        "until": f"{local(opened.expires_at):%H.%M}",
        "address": address,
        "code": qr_code(address),
        "path": f"/kontakt/{secret}",
    }
    return page(request, "contact.html", context, status)


def _patient_page(
    request: Request,
    secret: str,
    language: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
    shown: ReadBack | None = None,
) -> Response:
    opened = _look(request, secret)
    if opened is None:
        return _gone(request)
    chosen = language if language in LANGUAGES else opened.language
    pages = _pages(request)
    filled = dict(typed) or {"spoken_language": chosen}
    context = {
        **_spoken(chosen),
        **_choices(request, filled, errors),
        "languages": [(code, _WORDS.word("name_of_language", code)) for code in LANGUAGES],
        "contact_text": pages.text(ConsentPart.CONTACT, chosen),
        "outcome_text": pages.text(ConsentPart.OUTCOME, chosen),
        "since": pages.since(secret, chosen, request.app.state.now(), str(typed.get("since", ""))),
        "path": f"/kontakt/{secret}/patient",
        "read_back": shown,
    }
    return page(request, "contact_patient.html", context, status)


def _choices(
    request: Request, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> dict[str, Any]:
    """Give what the form shows; a postcode that was typed proposes its municipalities."""
    known = load_municipalities()
    proposed = known.proposed(str(typed.get("postcode", "")).strip())
    return {
        "typed": typed,
        "errors": errors,
        "shown_phone": shown_phone,
        "proposed": proposed if "municipality" in errors else [],
        "municipalities": known.partners(),
        "other": OTHER_MUNICIPALITY,
        "best_times": CHOICES[Step.BEST_TIME],
        "spoken": list(request.app.state.labels.groups["spoken_language"]),
    }


def _look(request: Request, secret: str) -> OpenPage | None:
    try:
        return _pages(request).look(secret, request.app.state.now())
    except NoContactLink:
        return None


def _gone(request: Request) -> Response:
    tell(Event.LINK_WRONG, "contact")
    context = {**_spoken("da"), "english": _WORDS.spoken("en")}
    return page(request, "contact_gone.html", context, 404)


def _spoken(language: str) -> dict[str, Any]:
    known = language if language in LANGUAGES else "da"
    words = _WORDS.spoken(known)
    return {"language": known, "say": words, "words": words}


def _pages(request: Request) -> ContactPages:
    pages: ContactPages = request.app.state.contact_pages
    return pages
