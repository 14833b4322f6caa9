"""Language, unit and time zone: what a person sees."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from tests.desk.factories import MembershipFactory, UnitFactory

from legation.desk.people.models import Role
from legation.desk.people.services.installations import finish_set_up, set_up_installation

pytestmark = pytest.mark.django_db
LATE_EVENING = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # already the 23rd in Asia


def test_a_visitor_s_language_is_kept_in_a_cookie():
    client = Client()
    assert "Sign in" in client.get("/accounts/login/").content.decode()
    response = client.post("/welcome/language/", {"language": "vi", "next": "/accounts/login/"})
    assert response.headers["Location"] == "/accounts/login/"
    page = client.get("/accounts/login/")
    assert "Đăng nhập" in page.content.decode()
    assert '<html lang="vi"' in page.content.decode()
    assert page.headers["Content-Language"] == "vi"


def test_a_person_s_language_follows_them_to_another_browser(signed_in):
    client = signed_in(Role.READER)
    client.post("/welcome/language/", {"language": "vi", "next": "/desk/"})
    client.user.refresh_from_db()
    assert client.user.language == "vi"
    elsewhere = Client()
    elsewhere.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = elsewhere.get("/desk/")
    assert "Xin chào" in page.content.decode()
    assert page.headers["Content-Language"] == "vi"
    assert "Trang chủ" in page.content.decode()  # the menu speaks it too


def test_a_language_that_the_desk_does_not_speak_changes_nothing(signed_in):
    client = signed_in(Role.READER)
    for language in ("xx", "", "fr", "vi\r\nSet-Cookie: a=b"):
        client.post("/welcome/language/", {"language": language})
    client.user.refresh_from_db()
    assert client.user.language == "en"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_the_switch_never_leads_elsewhere(target):
    response = Client().post("/welcome/language/", {"language": "en", "next": target})
    assert response.headers["Location"] == "/desk/"


def test_days_are_those_of_the_unit(signed_in):
    client = signed_in(Role.READER, unit=UnitFactory(time_zone="Asia/Ho_Chi_Minh"))
    with time_machine.travel(LATE_EVENING, tick=False):
        assert "Nov. 23, 2026" in client.get("/desk/").content.decode()


def test_changing_the_unit_changes_clock_and_name(signed_in):
    client = signed_in(Role.READER, unit=UnitFactory(name="Here", time_zone="Asia/Ho_Chi_Minh"))
    there = MembershipFactory(
        user=client.user, unit=UnitFactory(name="There", time_zone="America/New_York")
    ).unit
    client.post("/desk/profile/unit/", {"unit": there.pk, "next": "/desk/"})
    with time_machine.travel(LATE_EVENING, tick=False):
        page = client.get("/desk/").content.decode()
    assert "There · Nov. 22, 2026" in page


@pytest.mark.parametrize("chosen", ["0", "x", "", "9" * 40, "-1"])
def test_a_unit_of_others_cannot_be_chosen(signed_in, chosen):
    client = signed_in(Role.READER)
    client.post("/desk/profile/unit/", {"unit": chosen})
    client.post("/desk/profile/unit/", {"unit": UnitFactory().pk})
    client.user.refresh_from_db()
    assert client.user.active_unit is None


def test_the_profile_page_keeps_name_language_and_colours(signed_in):
    client = signed_in(Role.READER)
    client.post(
        "/desk/profile/", {"first_name": "An", "last_name": "Trần", "language": "vi", "theme": "dark"}
    )
    client.user.refresh_from_db()
    assert (client.user.first_name, client.user.last_name, client.user.language) == ("An", "Trần", "vi")
    assert "w-theme-dark" in client.get("/desk/profile/").content.decode()


def test_a_person_without_a_unit_is_told_so(signed_in):
    response = signed_in(None).get("/desk/")
    assert response.status_code == 403
    assert "You belong to no unit" in response.content.decode()


def test_the_next_steps_are_shown_to_who_set_the_desk_up_for_two_days(signed_in):
    chief = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))
    reader = signed_in(Role.READER)
    set_up_installation(country="xx", language="en")
    finish_set_up(at=LATE_EVENING)
    with time_machine.travel(datetime(2026, 11, 23, tzinfo=UTC), tick=False):
        assert "What happens next" in chief.get("/desk/").content.decode()
        assert "What happens next" not in reader.get("/desk/").content.decode()
    with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC), tick=False):
        assert "What happens next" not in chief.get("/desk/").content.decode()


def test_an_unknown_address_is_not_found_rather_than_forbidden(signed_in):
    response = signed_in(Role.READER).get("/desk/nothing/here/")
    assert response.status_code == 404
    assert "nothing at this address" in response.content.decode()
