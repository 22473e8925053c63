"""Courses as HSDS 3.0 (Open Referral's Human Services Data Specification), written as JSON.

A course is a ``service``. docs/course-exchange.md says where each of its fields stands; what HSDS
has no place for stands in ``attributes``, each with a taxonomy term of our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from referrals.course import DANISH_TIME, Audience, Course, CourseStatus, Format, Session
from referrals.course_exchange.written import FIELDS, written
from referrals.distances import load_distances
from referrals.labels import Labels
from referrals.municipality import MunicipalityMap

NAMESPACE = UUID("6f0c3d0e-54b5-5a0c-9d1b-3b1b3f0f9a51")
"""Of this project's own making: names in it are paths such as ``0151/course/K-12``."""
TERM = "henvis-course-"
"""What the codes of our taxonomy terms begin with; the rest is the field's name."""
IN_ATTRIBUTES = tuple(
    name
    for name in FIELDS
    if name
    not in {
        "title",
        "sessions",
        "place",
        "postcode",
        "access",
        "online_link",
        "price_dkk",
        "contact_phone",
        "contact_email",
        "language",
        "interpreter",
        "open_to",
        "verified_on",
        "municipality",
    }
)
"""Fields that HSDS has no exact place for."""
CODE_SYSTEM = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes"
_STATUS = {CourseStatus.OPEN: "active", CourseStatus.DRAFT: "inactive"}
_WORD_GROUPS = {
    "concept": "course_concept",
    "format": "course_format",
    "audience": "course_audience",
}


class HsdsWriter:
    """Writes the courses of one municipality as HSDS services."""

    def __init__(self, labels: Labels, municipalities: MunicipalityMap) -> None:
        self._labels = labels
        self._municipalities = municipalities

    def write(self, courses: Iterable[Course]) -> Iterator[bytes]:
        """Write one HSDS page with all services, piece by piece."""
        count = 0
        yield b'{"contents": ['
        for course in courses:
            text = json.dumps(self.service(course), ensure_ascii=False, indent=1)
            yield f"{',' if count else ''}\n{text}".encode()
            count += 1
        page = {
            "total_items": count,
            "total_pages": 1,
            "page_number": 1,
            "size": count,
            "first_page": True,
            "last_page": True,
            "empty": not count,
        }
        yield f"\n], {json.dumps(page)[1:]}\n".encode()

    def service(self, course: Course) -> dict[str, Any]:
        """Give one course as a service."""
        path = f"{course.municipality_code}/course/{course.key}"
        at_place = bool(course.place or course.postcode)
        schedules = [_schedule(path, n, each) for n, each in enumerate(course.sessions, start=1)]
        service: dict[str, Any] = {
            "id": _id(path),
            "name": course.title,
            "status": _STATUS.get(course.status, "defunct"),
            "description": self._describe(course),
            "eligibility_description": self._word("course_audience", course.audience),
            "assured_date": course.verified_on.isoformat(),
            "organization": self._organization(course.municipality_code),
            "languages": [
                {
                    "id": _id(f"{path}/language"),
                    "name": self._word("spoken_language", course.language),
                    "code": course.language,
                }
            ],
            "service_areas": [self._area(path, code) for code in course.open_to],
            "cost_options": [
                {
                    "id": _id(f"{path}/cost"),
                    "option": "deltagelse",
                    "amount": course.price_dkk,
                    "currency": "DKK",
                }
            ],
            "attributes": [
                _attribute(path, name, text)
                for name, text in written(course).items()
                if name in IN_ATTRIBUTES and text
            ],
        }
        if course.contact_email:
            service["email"] = course.contact_email
        if course.contact_phone:
            service["phones"] = [{"id": _id(f"{path}/phone"), "number": course.contact_phone}]
        if course.online_link:
            service["url"] = course.online_link
        if course.interpreter:
            service["interpretation_services"] = self._word("course_field", "interpreter")
        if course.audience is Audience.UNDER_25:
            service["maximum_age"] = 24
        if at_place:
            service["service_at_locations"] = [
                {
                    "id": _id(f"{path}/at-location"),
                    "location": self._location(path, course),
                    "schedules": schedules,
                }
            ]
        else:
            service["schedules"] = schedules
        return service

    def _word(self, group: str, code: str) -> str:
        return self._labels.word(group, code)

    def _describe(self, course: Course) -> str:
        words = [self._word(group, getattr(course, name)) for name, group in _WORD_GROUPS.items()]
        return ", ".join([*words, *(["demo"] if course.demo else [])])

    def _organization(self, code: str) -> dict[str, Any]:
        name = f"{self._municipalities.name_of(code)} Kommune"
        return {
            "id": _id(code),
            "name": name,
            "description": name,
            "organization_identifiers": [
                {
                    "id": _id(f"{code}/identifier"),
                    "identifier_scheme": CODE_SYSTEM,
                    "identifier_type": "dk-core-municipality-codes",
                    "identifier": code,
                }
            ],
        }

    def _area(self, path: str, code: str) -> dict[str, str]:
        name = f"{self._municipalities.name_of(code)} Kommune"
        return {
            "id": _id(f"{path}/area/{code}"),
            "name": name,
            "extent": code,
            "extent_type": "text",
        }

    def _location(self, path: str, course: Course) -> dict[str, Any]:
        physical = "virtual" if course.format is Format.DIGITAL else "physical"
        location: dict[str, Any] = {
            "id": _id(f"{path}/location"),
            "location_type": physical,
            "name": course.place,
            "addresses": [
                {
                    "id": _id(f"{path}/address"),
                    "address_1": course.place,
                    "city": self._municipalities.town_of.get(course.postcode, ""),
                    "state_province": "Hovedstaden",
                    "postal_code": course.postcode,
                    "country": "DK",
                    "address_type": physical,
                }
            ],
        }
        if course.access:
            location["accessibility"] = [
                {"id": _id(f"{path}/access"), "description": course.access}
            ]
        centre = load_distances().centres.get(course.postcode)
        if centre:
            location["latitude"], location["longitude"] = centre
        return location


def _schedule(path: str, number: int, session: Session) -> dict[str, Any]:
    """Write one session as a schedule of one day, so that no rule has to be guessed."""
    starts = session.starts_at.astimezone(DANISH_TIME)
    day = starts.date().isoformat()
    offset = starts.utcoffset()
    return {
        "id": _id(f"{path}/session/{number}"),
        "valid_from": day,
        "valid_to": day,
        "dtstart": day,
        "timezone": (offset.total_seconds() / 3600) if offset else 0,
        "count": 1,
        "opens_at": _clock(starts),
        "closes_at": _clock(session.ends_at.astimezone(DANISH_TIME)),
    }


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}{at.isoformat()[-6:]}"


def _attribute(path: str, name: str, value: str) -> dict[str, Any]:
    return {
        "id": _id(f"{path}/attribute/{name}"),
        "link_id": _id(path),
        "link_entity": "service",
        "value": value,
        "taxonomy_term": {
            "id": _id(f"term/{name}"),
            "code": f"{TERM}{name}",
            "name": name,
            "description": f"The field {name} of a course",
            "taxonomy": "henvis-course",
        },
    }


def _id(path: str) -> str:
    return str(uuid5(NAMESPACE, path))
