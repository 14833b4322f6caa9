"""One-time links, and the page behind them."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.desk.factories import MembershipFactory, UnitFactory, UserFactory

from legation.desk.people.models import Invitation, Membership, Role, Unit, User
from legation.desk.people.services.invitations import (
    InvitationSpent,
    accept_invitation,
    create_invitation,
    first_administrator_link,
    revoke_invitation,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PASSWORD = "bay thap thi mua"
FORM = {"name": "Lan Nguyễn", "email": "Lan@Example.org", "password": PASSWORD}


def accept(token, at=None, email="lan@example.org"):
    at = at or timezone.now()
    return accept_invitation(
        token=token, name="Lan Nguyễn", email=email, password=PASSWORD, language="vi", at=at
    )


@pytest.mark.django_db
def test_only_a_hash_of_the_token_is_stored():
    invitation, token = create_invitation(role=Role.EDITOR, unit=UnitFactory())
    invitation.refresh_from_db()
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert all(token not in str(value) for value in Invitation.objects.values_list().get())
    assert not any(token in str(entry.changes) for entry in LogEntry.objects.all())


@pytest.mark.django_db
def test_a_link_makes_one_account_and_signs_in():
    unit = UnitFactory()
    _, token = create_invitation(role=Role.EDITOR, unit=unit)
    client = Client()
    assert "Make the account" in client.get(f"/welcome/{token}/").content.decode()
    response = client.post(f"/welcome/{token}/", FORM)
    assert response.headers["Location"] == "/desk/"
    user = User.objects.get()
    assert (user.email, user.first_name, user.last_name) == ("lan@example.org", "Lan", "Nguyễn")
    assert user.check_password(PASSWORD)
    assert list(user.memberships.values_list("unit", "role")) == [(unit.pk, Role.EDITOR)]
    assert client.get("/desk/").status_code == 200
    assert Client().get(f"/welcome/{token}/").status_code == 404
    assert Client().post(f"/welcome/{token}/", {**FORM, "email": "other@example.org"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/welcome/not-a-token/", "/welcome/%00%ff/", "/welcome/" + "a" * 3000 + "/"]
)
def test_a_made_up_link_gets_a_clear_page(path):
    response = Client().get(path)
    assert response.status_code == 404
    assert "no longer works" in response.content.decode()


@pytest.mark.django_db
def test_a_link_ends_when_it_says_and_when_it_is_revoked():
    invitation, token = create_invitation(role=Role.READER, unit=UnitFactory(), valid_hours=24)
    with pytest.raises(InvitationSpent):
        accept(token, at=invitation.expires_at)
    revoke_invitation(invitation=invitation, at=timezone.now())
    with pytest.raises(InvitationSpent):
        accept(token, at=timezone.now() + timedelta(seconds=1))
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_invited_address_cannot_be_changed():
    _, token = create_invitation(role=Role.READER, unit=UnitFactory(), email="minh@example.org")
    Client().post(f"/welcome/{token}/", FORM)
    assert User.objects.get().email == "minh@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "1qaz2wsx3edc", "123456789012345", "lan@example.org"])
def test_a_weak_password_is_refused(password):
    _, token = create_invitation(role=Role.READER, unit=UnitFactory())
    response = Client().post(f"/welcome/{token}/", {**FORM, "password": password})
    assert response.status_code == 200
    assert "desk-error" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_address_with_an_account_leaves_the_link_unused():
    UserFactory(email="lan@example.org")
    invitation, token = create_invitation(role=Role.READER, unit=UnitFactory())
    response = Client().post(f"/welcome/{token}/", FORM)
    assert "already has an account" in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.used_at is None


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_link_make_one_account():
    _, token = create_invitation(role=Role.READER, unit=UnitFactory())
    results, start = [], threading.Barrier(2)

    def take(number):
        start.wait(10)
        try:
            accept(token, email=f"lan{number}@example.org")
            results.append("made")
        except InvitationSpent:
            results.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(results) == ["made", "spent"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_first_administrator_gets_a_unit_at_the_top_and_the_wizard():
    link = first_administrator_link("http://desk.example/")
    assert link.startswith("http://desk.example/welcome/")
    client = Client()
    client.post(link.removeprefix("http://desk.example"), FORM)
    membership = Membership.objects.get()
    assert membership.role == Role.ADMINISTRATOR
    assert membership.unit.is_centre
    assert membership.unit.parent is None
    assert client.get("/desk/").headers["Location"] == "/desk/setup/"
    assert first_administrator_link("http://desk.example") is None


@pytest.mark.django_db
def test_only_the_last_printed_first_link_works():
    first, second = first_administrator_link("http://x"), first_administrator_link("http://x")
    assert Client().get(first.removeprefix("http://x")).status_code == 404
    assert Client().get(second.removeprefix("http://x")).status_code == 200


@pytest.mark.django_db
def test_a_first_administrator_joins_the_tree_that_is_there():
    top = UnitFactory(name="Already here")
    link = first_administrator_link("http://x")
    user = accept(link.rstrip("/").rsplit("/", 1)[1])
    assert user.memberships.get().unit == top
    assert Unit.objects.count() == 1


@pytest.mark.django_db
def test_inviting_somebody_with_an_account_gives_the_role_at_once(signed_in):
    chief = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))
    known = MembershipFactory(user__email="known@example.org").user
    unit = chief.user.memberships.get().unit
    form = {"email": "Known@example.org", "unit": unit.pk, "role": "approver", "valid_hours": 72}
    chief.post("/desk/people/invite/", form)
    assert known.memberships.get(unit=unit).role == "approver"
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_nobody_invites_into_a_unit_beyond_their_reach(signed_in):
    local = signed_in(Role.ADMINISTRATOR)
    elsewhere = UnitFactory()
    form = {"email": "", "unit": elsewhere.pk, "role": "administrator", "valid_hours": 72}
    response = local.post("/desk/people/invite/", form)
    assert response.status_code == 200
    assert not Invitation.objects.exists()
