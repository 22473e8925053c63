"""What happens before markers are searched for: all is said everywhere, and much goes wrong."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from service.settings import ROOT
from tests.conftest import RunningHenvis
from tests.service.waiting import until
from tests.system.a_nurse import (
    WAITS_FOR,
    Command,
    Nurse,
    Patient,
    Type,
    a_client,
    filing,
)
from tests.system.markers import Person
from tests.system.processes import Part, kill, memory_of, pid_of, stopped
from tests.system.rows import Rows
from tests.system.telegram import Telegram, bind

FIRST = 300_000
METRICS_TOKEN = "a-token-of-operations"
BEFORE_CONSENT = ("status", "offer", "consent_contact", "consent_outcome")


@dataclass
class Scene:
    """Everything that happened: who was typed about, what was answered to whom, what was left."""

    henvis: RunningHenvis
    people: list[Person] = field(default_factory=list)
    said_to_others: list[bytes] = field(default_factory=list)
    problems: list[bytes] = field(default_factory=list)
    engine_memory: list[bytes] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    shown: dict[str, tuple[str, Person]] = field(default_factory=dict)
    listed: tuple[str, Person] | None = None
    tables: bytes = b""
    to_telegram: bytes = b""

    def somebody(self) -> Person:
        """Give a person who was never typed about before."""
        person = Person.number(FIRST + len(self.people))
        self.people.append(person)
        return person

    def note_problem(self, what: str, answer: httpx.Response) -> None:
        """Keep an answer that must not repeat what was sent."""
        self.statuses[what] = answer.status_code
        self.problems.append(str(answer.headers).encode() + answer.content)


def by_telegram(scene: Scene, stand_in: Telegram) -> None:
    """Say everything in a chat at every step, and file two referrals by the contact page."""
    chat = 1001
    bind(scene.henvis.data, demo_nurse=chat)
    to_consent = (("/ny", "Ryger du"), ("Ryger dagligt", "RÅDGIV"), ("Ja tak", "SAMTYKKE"))
    agreed = (("Ja, patienten siger ja", "Læs højt"), ("Ja", "vores egen side"))
    for own_phone in (True, False):
        for step in to_consent if own_phone else (*to_consent, *agreed):
            stand_in.play(chat, step)
            words_in_the_chat(scene, stand_in, chat, step[1])
        patient = scene.somebody()
        by_the_page(scene, stand_in, chat, patient, own_phone=own_phone)
        stand_in.says(chat, "Skal henvisningen sendes?")
        words_in_the_chat(scene, stand_in, chat, "Skal henvisningen sendes?")
        stand_in.play(chat, ("Send henvisning", "Du kan fortryde"))
        words_in_the_chat(scene, stand_in, chat, "Du kan fortryde")
    stand_in.play(chat, ("/status", "Dine seneste henvisninger"))
    scene.to_telegram = stand_in.api.everything


def words_in_the_chat(scene: Scene, stand_in: Telegram, chat: int, words: str) -> None:
    """Type personal data where it does not belong; it is deleted, and the step is shown again."""
    person = scene.somebody()
    warned = stand_in.warnings(chat)
    said = [person.sentence, person.name, person.phone, person.cpr, f"/ny {person.name}"]
    for text in said:
        stand_in.write(chat, text)
    until(lambda: stand_in.warnings(chat) >= warned + len(said), seconds=60)
    stand_in.says(chat, words)  # the step is shown again after each warning: now after the last


def hidden(page: str) -> dict[str, str]:
    """Give what a form of the page sends along unseen."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def by_the_page(
    scene: Scene, stand_in: Telegram, chat: int, person: Person, *, own_phone: bool
) -> None:
    """Write the details on the contact page, once wrongly."""
    title = "Patienten læser og skriver selv" if own_phone else "Skriv oplysninger"
    link = stand_in.room.key(chat, title)[1]["url"] + ("/patient" if own_phone else "")
    page = httpx.get(link).text
    form = {
        "name": person.name,
        "phone": person.phone,
        "postcode": "2750",
        "municipality": "0151",
        "consent": "true",
        "svar": "ja",
        **hidden(page),
    }
    wrong = httpx.post(link, data={**form, "postcode": person.cpr})
    scene.statuses["contact page, wrong"] = wrong.status_code
    read_back = httpx.post(link, data=form).text
    sent = httpx.post(link, data=hidden(read_back))
    assert sent.status_code == httpx.codes.SEE_OTHER
    scene.note_problem("contact page, used", httpx.post(link, data=form))


def talk_of(person: Person) -> Patient:
    """Make the patient that a nurse files a referral for."""
    return Patient(person.name, person.phone, "2750", "Ballerup")


def wrong_moments(person: Person) -> list[Type]:
    """Give what somebody may type where nothing personal belongs."""
    first, last = person.name.split()
    return [
        Type(person.sentence),
        Type(person.name),
        Type(f"{first.upper()} {last.lower()}"),
        Type(person.phone),
        Type(person.cpr),
        Type(person.email),
        Type(f"hun bor {person.address}"),
        Type(f'/answer{{"step":"status","value":"{last}"}}'),
        Type(f'/give_contact_details{{"name":"{person.name}","phone":"{person.phone}"}}'),
        Type(f"/hjælp {person.name}"),
        Type(f"[[name:{last}]] [[phone:{person.phone}]]"),
        Type(f"{{{last}}} {{{{{person.phone}}}}}"),
        Type(f"hej\n/inform {person.name}\u0000\u202e{person.phone}"),
    ]


async def blurt_everywhere(scene: Scene, token: str) -> None:
    """Say everything at every step: where it is not kept on the way to a referral, else aside."""
    nurse, patient = Nurse(a_client(scene.henvis.url, token)), scene.somebody()
    async with nurse.client:
        await nurse.begin()
        for message, awaits in zip(filing(talk_of(patient)), WAITS_FOR, strict=True):
            await nurse.send(message)
            if awaits in BEFORE_CONSENT:
                await blurt(scene, nurse)
            if awaits == "summary":
                scene.shown["summary"] = (nurse.text, patient)
        scene.shown["reference"] = (nurse.reference, patient)
        await blurt(scene, nurse)
        for number, awaits in enumerate(WAITS_FOR, start=1):
            if awaits not in (*BEFORE_CONSENT, "filed"):
                await nurse.begin()
                await nurse.send_all(filing(talk_of(scene.somebody()))[:number])
                await blurt(scene, nurse)


async def blurt(scene: Scene, nurse: Nurse) -> None:
    """Say everything that does not belong here; before the consent it changes nothing."""
    before = nurse.replies
    await nurse.send_all(wrong_moments(scene.somebody()))
    nurse.replies = before


async def details_in_all_ways(scene: Scene, token: str) -> None:
    """Give, correct, withdraw, undo, cancel and leave details by the JSON API."""
    for ending in ("/undo_referral", "/cancel", "/pause", "/new_patient"):
        first, second = scene.somebody(), scene.somebody()
        nurse = Nurse(a_client(scene.henvis.url, token))
        messages = filing(talk_of(first))
        async with nurse.client:
            await nurse.begin()
            await nurse.send_all(messages[:5])
            await nurse.send(Type(f"{first.name}, {first.phone}, {first.cpr}, {first.email}"))
            await nurse.send(Command('/correct_detail{"detail":"name"}'))
            await nurse.send(Type(second.name))
            await nurse.send(Command('/correct_detail{"detail":"phone"}'))
            await nurse.send(Type(second.phone))
            await nurse.send(Type(f"2750, {second.address}"))
            await nurse.send(Type(f"kommunen er {second.address} {second.name}"))
            if ending == "/undo_referral":
                await nurse.send_all(messages[6:])
            await nurse.send(Command(ending))


async def nonsense_over_http(scene: Scene, token: str) -> None:
    """Put personal data wherever a request has room for it."""
    async with a_client(scene.henvis.url, token) as client:
        conversation = (await client.post("/api/conversations", json={})).json()["id"]
        messages = f"/api/conversations/{conversation}/messages"

        async def post(what: str, path: str = messages, **how: object) -> None:
            scene.note_problem(what, await client.post(path, **how))  # type: ignore[arg-type]

        person = scene.somebody()
        last = person.name.split()[-1]
        dashed = person.name.replace(" ", "-")
        for message_id in (person.phone, person.cpr, dashed, person.email):
            await post("message id", json={"message_id": message_id, "payload": "/resume"})
        for payload in (
            f'/answer{{"step":"name","value":"{last}"}}',
            f'/answer{{"step":"status","value":"{person.phone}"}}',
            f'/answer{{"step":"{last}","value":"yes"}}',
            f'/answer{{"step":"status","value":"daily","text_hash":"{person.phone}"}}',
            f'/correct_detail{{"detail":"{last}"}}',
            f'/withdraw_consent{{"reference":"{person.phone}","value":"yes"}}',
            f'/give_contact_details{{"name":"{person.name}"}}',
            f"/{last}",
            person.sentence,
            f'/answer{{"{last}":',
        ):
            await post("payload", json={"message_id": "m", "payload": payload})
        person = scene.somebody()
        await post(
            "broken JSON", content=f'{{"message_id": "{person.name}, {person.phone}'.encode()
        )
        await post("no JSON", content=person.sentence.encode())
        await post("wrong type", json={"message_id": [person.name], "text": {person.phone: 1}})
        await post("unknown field", json={"message_id": "x", person.email: person.name})
        await post("too long", json={"message_id": "y", "text": f"{person.sentence} " * 30})
        await post("far too long", json={"message_id": "z", "text": f"{person.sentence} " * 900})
        await post("both", json={"message_id": "b", "text": person.name, "payload": person.phone})
        person = scene.somebody()
        await post("id", path=f"/api/conversations/{person.phone}/messages", json={})
        await post("path", path=f"/{person.name}/{person.phone}?q={person.email}", json={})
        await post("webhook", path="/engine/webhook", json={"sender_id": person.sentence})
        for path in (
            f"/api/referrals/{person.phone}",
            f"/koe/{person.name}?vis={person.email}",
            f"/kvittering/{person.phone}/{person.name}",
            f"/static/{person.phone}",
        ):
            scene.note_problem("looking", await client.get(path))
        person = scene.somebody()
        odd = {
            "Authorization": f"Bearer {person.phone}",
            "Cookie": f"__Host-henvis={person.phone}",
            "User-Agent": person.name.encode(),
            "Referer": f"http://x/{person.email}".encode(),
        }
        await post("headers", json={"message_id": "h", "text": person.name}, headers=odd)


def web_form(scene: Scene) -> None:
    """Hold an encounter on the chat pages by plain forms, signed in by cookie."""
    stranger, patient, blurter, late = (scene.somebody() for _ in range(4))
    with httpx.Client(base_url=scene.henvis.url, timeout=30) as client:
        client.headers["Accept"] = "text/html"

        def log_in(name: str, password: str) -> httpx.Response:
            return client.post("/log-ind", data={"name": name, "password": password})

        assert log_in(stranger.name, stranger.cpr).status_code == httpx.codes.UNAUTHORIZED
        assert log_in(stranger.email, stranger.phone).status_code == httpx.codes.UNAUTHORIZED
        signed_in = log_in("demo-nurse-2", scene.henvis.password)
        client.headers["Cookie"] = signed_in.headers["set-cookie"].partition(";")[0]
        path = client.post("/chat").headers["location"].partition("#")[0]
        ids = count()

        def say(text: str = "", payload: str = "") -> httpx.Response:
            form = {"message_id": f"form-{next(ids)}", "text": text, "payload": payload}
            return client.post(path, data=form)

        for message in wrong_moments(blurter):
            say(text=message.text)
        scene.note_problem("form payload", say(payload=f"/answer {blurter.sentence}"))
        say(payload='/answer{"step":"status","value":"daily"}')
        say(payload='/answer{"step":"offer","value":"yes"}')
        say(payload=consent_button(client.get(path).text))
        say(payload=consent_button(client.get(path).text))
        say(text=f"{patient.name}, {patient.phone}, 2750")
        say(payload="/show_summary")
        scene.shown["page"] = (client.get(path).text, patient)
        say(text=blurter.sentence)
        scene.statuses["too long form"] = say(text="x" * 1100 + blurter.name).status_code
        _put_on_the_wards_list(scene, client)
        with stopped(scene.henvis, "engine"):
            assert say(text=late.sentence).status_code == httpx.codes.SERVICE_UNAVAILABLE


def _put_on_the_wards_list(scene: Scene, client: httpx.Client) -> None:
    """Defer a patient, and write on the list what tells her from others."""
    patient = scene.somebody()
    path = client.post("/chat").headers["location"].partition("#")[0]
    for step, value in (("status", "unable"), ("defer_reason", "asleep")):
        payload = f'/answer{{"step":"{step}","value":"{value}"}}'
        client.post(path, data={"message_id": step, "payload": payload})
    place = f"/afsnittets-liste/{path.rsplit('/', 1)[1]}/stue"
    client.post(place, data={"bed": patient.cpr})
    client.post(place, data={"bed": patient.name.split()[-1]})
    scene.listed = (client.get("/chat").text, patient)


def consent_button(page: str) -> str:
    """Find the payload of the button that says yes to the consent that a page shows."""
    begin = page.index("/answer{&#34;step&#34;:&#34;consent")
    return page[begin : page.index("}", begin) + 1].replace("&#34;", '"')


def terminal(scene: Scene, token: str) -> None:
    """Hold encounters in the terminal, from a pipe, for people and for programs."""
    for as_json in (False, True):
        patient, blurter = scene.somebody(), scene.somebody()
        lines = [*(m.text.replace("\n", " ").replace("\0", " ") for m in wrong_moments(blurter))]
        lines += ["1", "1", "1", "1", f"{patient.name}, {patient.phone}, 2750", blurter.sentence]
        chat = ["chat", "--token", token]
        chat += ["--json", "--url", scene.henvis.url] if as_json else []
        spoken = scene.henvis.run(*chat, input="\n".join(lines))
        assert spoken.stderr == ""
        assert "Ballerup" in spoken.stdout
    lost = scene.somebody()
    failed = subprocess.run(
        [sys.executable, "-m", "service", *chat, "--conversation", lost.phone],
        cwd=ROOT,
        input=lost.sentence,
        text=True,
        capture_output=True,
        check=False,
    )
    scene.said_to_others.append((failed.stdout + failed.stderr).encode())


def municipality(scene: Scene) -> None:
    """Open the referral as its adviser, move it with notes, and withdraw it."""
    reference, patient = scene.shown["reference"]
    path, noted = f"/api/referrals/{reference}", scene.somebody()
    with scene.henvis.client("demo-adviser-0151") as adviser:
        scene.said_to_others.append(adviser.get("/api/referrals").content)
        scene.shown["opened"] = (adviser.get(path).text, patient)
        for event in (
            {"event": noted.phone},
            {"event": "attempt", "reason": noted.phone, "note": noted.sentence},
            {"event": "receive", "note": noted.sentence * 60},
        ):
            scene.note_problem("move", adviser.post(f"{path}/events", json=event))
        note = {"event": "receive", "note": noted.sentence}
        scene.shown["note"] = (adviser.post(f"{path}/events", json=note).text, noted)
        form = {"move": noted.phone, "version": noted.phone, "note": noted.sentence}
        scene.statuses["form move"] = adviser.post(f"/koe/{reference}", data=form).status_code
    with scene.henvis.client("demo-adviser-0163") as neighbour:
        scene.note_problem("neighbour", neighbour.get(path))
    scene.said_to_others.append(scene.henvis.run("queue", "--json").stdout.encode())


def withdrawn(scene: Scene) -> None:
    """Withdraw the consent, after which the adviser is shown nobody any more."""
    reference, _ = scene.shown["reference"]
    with scene.henvis.client("demo-adviser-0151") as adviser:
        adviser.post(f"/api/referrals/{reference}/events", json={"event": "withdraw"})
        opened = adviser.get(f"/api/referrals/{reference}")
    scene.said_to_others.append(opened.content)
    scene.statuses["withdrawn"] = opened.status_code


async def crashes(scene: Scene, token: str) -> None:
    """Let the engine stand still, and both processes die, while details are under way."""
    parts: tuple[Part, ...] = ("engine", "service")
    for part in parts:
        patient = scene.somebody()
        nurse = Nurse(a_client(scene.henvis.url, token))
        messages = filing(talk_of(patient))
        async with nurse.client:
            await nurse.begin()
            await nurse.send_all(messages[:5])
            async with asyncio.TaskGroup() as group:
                with stopped(scene.henvis, "engine"):
                    group.create_task(nurse.send(messages[5], patient.phone))
                    await under_way(scene, nurse.conversation)
                    kill(scene.henvis, part)
            await nurse.send(Type(patient.sentence))


async def under_way(scene: Scene, conversation: str) -> None:
    """Wait until a message of this conversation is kept and not yet answered."""
    rows = Rows(scene.henvis.data)
    await asyncio.to_thread(until, lambda: rows.messages_waiting(conversation))


def looked_at_from_outside(scene: Scene) -> None:
    """Keep what operations and the engine itself give to whoever asks."""
    operations = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    with httpx.Client(timeout=10, headers=operations) as client:
        for path in ("/metrics", "/healthz", "/readyz", "/api/openapi.json"):
            scene.said_to_others.append(client.get(scene.henvis.url + path).content)
        endpoints = Path(f"/proc/{pid_of(scene.henvis, 'engine')}/cmdline").read_text().split("\0")
        engine = f"http://127.0.0.1:{endpoints[endpoints.index('--port') + 1]}"
        rows = Rows(scene.henvis.data)
        for (encounter,) in rows.select("SELECT id FROM encounters"):
            for path in ("", "/tracker", "/story", "/tracker/events"):
                answer = client.get(f"{engine}/conversations/{encounter}{path}")
                scene.said_to_others.append(answer.content)
        for path in ("/", "/status", "/domain", "/webhooks/rest/"):
            scene.said_to_others.append(client.get(engine + path).content)
    scene.engine_memory.extend(memory_of(pid_of(scene.henvis, "engine")))
    scene.tables = "\n".join(rows.dump()).encode()
