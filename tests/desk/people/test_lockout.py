"""Guessing a password, through the sign-in page itself."""

import pytest
from django.core.cache import cache
from django.test import Client
from tests.desk.factories import PASSWORD, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()
    yield
    cache.clear()


def guess(client, email, password, **extra):
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def test_five_wrong_passwords_lock_the_address_out():
    user = MembershipFactory().user
    client = Client()
    answers = [guess(client, user.email, f"wrong {number}").status_code for number in range(5)]
    assert answers[:4] == [200] * 4
    locked = guess(client, user.email, PASSWORD)  # the right one no longer helps
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_others_and_other_places_are_not_locked_out():
    user, colleague = MembershipFactory().user, MembershipFactory().user
    for number in range(6):
        guess(Client(), user.email, f"wrong {number}")
    assert guess(Client(), colleague.email, PASSWORD).status_code == 302
    assert guess(Client(), user.email, PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_four_wrong_passwords_are_forgiven():
    user = MembershipFactory().user
    client = Client()
    for number in range(4):
        guess(client, user.email, f"wrong {number}")
    assert guess(client, user.email, PASSWORD).headers["Location"] == "/desk/"


def test_an_unknown_address_is_answered_like_a_known_one():
    user = MembershipFactory().user
    known = guess(Client(), user.email, "wrong").content.decode()
    unknown = guess(Client(), "nobody@example.org", "wrong").content.decode()
    assert "are not correct" in known
    assert "are not correct" in unknown
