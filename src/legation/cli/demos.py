"""The demo world: a small press and a post office on the loopback, for a desk that reads and writes."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from legation.cli.demo_pasts import tell_past
from legation.cli.installations import Refused, say

FIRST_PORT, PORT_STEP, PORT_TRIES = 18100, 20, 50  # where free neighbouring ports are looked for
OUTLETS = 12
HOST = "127.0.0.1"
PEOPLE = {  # role by the first part of an address at demo.example
    "admin": "administrator",
    "approver": "approver",
    "editor": "editor",
    "analyst": "analyst",
    "reader": "reader",
}
HURRY_SECONDS = 15.0  # between two looks at how long the outlets are left alone
BRIEF_PATIENCE = timedelta(minutes=5)  # after that the first brief is laid out from what has come


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What one data folder's demo world needs to come back as it was."""

    country: str
    port_base: int  # the outlets' ports, then the post office's
    base: str  # when the five days begin, ISO 8601; they end half an hour after the first start
    password: str  # of every demo person
    mail_dir: str  # where the post office keeps what it received

    @classmethod
    def open(cls, *, country: str) -> DemoWorld:
        """Read the data folder's demo world, or found one there; the settings then let the desk reach it.

        Raises Refused when the folder holds the demo world of another country, or no port is free.
        """
        from django.conf import settings

        from legation.gateways.demo_worlds import START_HOURS

        file = settings.DATA_DIR / "demo.json"
        if file.exists():
            world = cls(**json.loads(file.read_text()))
            if country and country != world.country:
                raise Refused(
                    f"{settings.DATA_DIR} holds a demo world about {world.country!r};"
                    " choose another folder with --data-dir"
                )
        else:
            world = cls(
                country=country or settings.ENVIRONMENT.country or _first_cast(),
                port_base=_find_ports(),
                base=(datetime.now(UTC) - timedelta(hours=START_HOURS)).isoformat(),
                password=secrets.token_urlsafe(9),
                mail_dir=str(settings.DATA_DIR / "demo-mail"),
            )
            file.touch(mode=0o600)
            file.write_text(json.dumps(asdict(world), indent=1))
        hosts = tuple(f"{HOST}:{port}" for port in world.outlet_ports)
        settings.ENVIRONMENT = replace(
            settings.ENVIRONMENT,
            fetch_allowed_hosts=(*settings.ENVIRONMENT.fetch_allowed_hosts, *hosts),
            smtp_host=HOST,
            smtp_port=world.smtp_port,
        )
        return world

    @property
    def outlet_ports(self) -> range:
        """Return the outlets' ports."""
        return range(self.port_base, self.port_base + OUTLETS)

    @property
    def smtp_port(self) -> int:
        """Return the post office's port."""
        return self.port_base + OUTLETS

    def describe(self) -> str:
        """Say how to get in."""
        names = ", ".join(f"{name}@demo.example" for name in PEOPLE)
        return (
            f"  The demo world is about {self.country!r}. Sign in as {names}\n"
            f"  with the password {self.password}. Mail that the desk sends is kept in {self.mail_dir}."
        )

    def set_up(self) -> None:
        """Make the demo's units, people, sources and brief schedule; again changes nothing."""
        from legation.desk.people.services.installations import current_installation

        if current_installation() is None:
            _populate(self)

    def serve(self) -> None:
        """Serve the press and the post office until SIGTERM, and have the first brief laid out."""
        threading.Thread(target=_prepare_first_brief, args=(self,), daemon=True).start()
        threading.Thread(target=_listen_often, args=(self,), daemon=True).start()
        asyncio.run(_serve(self))


def _first_cast() -> str:
    from legation.gateways.demo_press import DEMO_DIRECTORY

    return (DEMO_DIRECTORY / "default-country").read_text().strip()


def _find_ports() -> int:
    for base in range(FIRST_PORT, FIRST_PORT + PORT_STEP * PORT_TRIES, PORT_STEP):
        if all(_is_free(port) for port in range(base, base + OUTLETS + 1)):
            return base
    raise Refused(f"found no {OUTLETS + 1} free neighbouring ports from {FIRST_PORT} on for the demo world")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _populate(world: DemoWorld) -> None:
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from legation.desk.listen.services.sources import add_source
    from legation.desk.people.services.installations import finish_set_up, set_up_installation
    from legation.gateways.packs import load_country

    pack = load_country(world.country, settings.ENVIRONMENT.countries_dir)
    offered = [code for code, _name in settings.LANGUAGES]
    language = next((code for code in pack.interface_languages if code in offered), "en")
    with transaction.atomic():
        set_up_installation(country=world.country, language=language, is_demo=True)
        root, mission = _plant(pack, language)
        for name, role in PEOPLE.items():
            _make_person(name, role, world.password, root, mission)
        for record in _outlets(world):
            add_source(record=record, is_enabled=False)  # until the press answers
        _schedule(mission, language)
        finish_set_up(at=timezone.now())


def _plant(pack: Any, language: str) -> tuple[Any, Any]:
    """Make the pack's units; returns the root and the mission that the demo people work in."""
    from legation.desk.people.models import Unit, UnitKind
    from legation.desk.people.services.units import create_unit, plant_units

    top = pack.units[0]
    root = create_unit(
        name=top.label.get(language, top.label["en"]),
        name_foreign=top.label["en"],
        slug=top.key,
        kind=UnitKind.STEERING,
        subject=top.subject,
        time_zone=top.time_zone,
        languages=top.languages,
        is_centre=True,
    )
    plant_units(examples=pack.units, root=root, language=language)
    missions = Unit.objects.filter(kind=UnitKind.MISSION).order_by("pk")
    return root, missions.filter(country="FR").first() or missions.first() or root


def _make_person(name: str, role: str, password: str, root: Any, mission: Any) -> None:
    """Make one demo person: the administrator and the approver sit above the mission, the others in it."""
    from legation.desk.people.models import Membership, User

    email = f"{name}@demo.example"
    user = User.objects.create_user(
        username=email, email=email, password=password, first_name=name.capitalize()
    )
    Membership.objects.create(
        user=user, unit=root if role in {"administrator", "approver"} else mission, role=role
    )


def _outlets(world: DemoWorld) -> list[Any]:
    from legation.gateways.demo_press import DEMO_DIRECTORY, make_source_record
    from legation.gateways.demo_worlds import load_world

    outlets = load_world(DEMO_DIRECTORY, world.country).outlets
    return [
        make_source_record(outlet, f"http://{HOST}:{port}")
        for outlet, port in zip(outlets, world.outlet_ports, strict=True)
    ]


def _schedule(unit: Any, language: str) -> None:
    from datetime import time as clock_time

    from legation.desk.understand.services.brief_schedules import save_schedule

    save_schedule(
        unit=unit,
        is_enabled=False,  # until the first brief: on a weekday the worker would lay out an empty one at once
        weekdays=range(5),
        prepare_at=clock_time(6, 0),
        deadline_at=clock_time(7, 30),
        language=language,
        recipients=[("Demo ambassador", "ambassador@demo.example")],
    )


def _prepare_first_brief(world: DemoWorld) -> None:
    """Wait until every outlet was read into stories, then tell their past and lay out the first brief."""
    from django.db import connection, transaction
    from django.utils import timezone

    from legation.desk.people.models import Membership, Role
    from legation.desk.understand.models import Brief, BriefSchedule
    from legation.desk.understand.services.briefs import prepare_brief

    started = timezone.now()
    unit = Membership.objects.filter(role=Role.EDITOR).order_by("pk").values_list("unit", flat=True).first()
    while unit and not Brief.objects.filter(unit=unit).exists():
        if _is_read(started) or timezone.now() - started > BRIEF_PATIENCE:
            from legation.desk.people.models import Unit
            from legation.desk.understand.services.brief_schedules import local_day

            tell_past(country=world.country, base=datetime.fromisoformat(world.base), now=timezone.now())
            here = Unit.objects.get(pk=unit)
            with transaction.atomic():
                prepare_brief(unit=here, day=local_day(here, timezone.now()))
                BriefSchedule.objects.filter(unit=here).update(is_enabled=True)
            say("legation: the demo's stories are told and its first brief waits to be edited")
        connection.close()
        time.sleep(2)


def _is_read(started: datetime) -> bool:
    from legation.desk.listen.models import Article, Source

    heard = not Source.objects.filter(last_success_at__isnull=True).exists()
    return heard and Article.objects.exists() and not Article.objects.filter(is_handed_on=False).exists()


def _open_sources() -> None:
    """Let the desk listen to the outlets now that they answer, whatever it met while they did not."""
    from django.db import connection

    from legation.desk.listen.models import Source

    Source.objects.filter(key__startswith="demo-").update(
        is_enabled=True, next_fetch_at=None, failures=0, last_problem=""
    )
    connection.close()


def _listen_often(world: DemoWorld) -> None:
    """Have the outlets asked often until their last news is in; by habit it would be hours later."""
    from django.db import OperationalError, connection

    from legation.engine.listen.intervals import IntervalOptions
    from legation.gateways.demo_worlds import WORLD_HOURS

    interval = timedelta(seconds=IntervalOptions().min_seconds)
    last_news = datetime.fromisoformat(world.base) + timedelta(hours=WORLD_HOURS)
    while datetime.now(UTC) < last_news + 2 * interval:
        with suppress(OperationalError):  # a busy database: next time
            hurry_sources(interval)
        connection.close()
        time.sleep(HURRY_SECONDS)


def hurry_sources(interval: timedelta) -> int:
    """Make the outlets due an interval after their last good visit, where they are not; returns how many."""
    from legation.desk.listen.models import Source

    hurried = 0
    heard = Source.objects.listening().filter(
        key__startswith="demo-", failures=0, last_success_at__isnull=False
    )
    for source in heard:
        soonest = source.last_success_at + interval
        late = Source.objects.filter(pk=source.pk, next_fetch_at__gt=soonest)
        hurried += late.update(next_fetch_at=soonest)
    return hurried


async def _serve(world: DemoWorld) -> None:
    from legation.gateways.demo_press import DemoPress

    press = DemoPress(
        world.country,
        lambda: datetime.now(UTC),
        base=datetime.fromisoformat(world.base),
        port_base=world.port_base,
    )
    await press.start()
    await asyncio.to_thread(_open_sources)
    office = _open_post_office(world)
    stopped = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    await stopped.wait()
    office.stop()
    await press.stop()


def _open_post_office(world: DemoWorld) -> Any:
    """Listen for mail and keep each message as a file, as a mail server would hand it on."""
    from aiosmtpd.controller import Controller

    class Keeper:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's name
            folder = Path(world.mail_dir)
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{envelope.rcpt_tos[0].replace('/', '_')}.eml"
            (folder / name).write_bytes(envelope.content)
            return "250 kept"

    office = Controller(Keeper(), hostname=HOST, port=world.smtp_port)
    office.start()
    return office
