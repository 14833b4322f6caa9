"""The first-start wizard, step by step."""

import pytest
from django import forms
from tests.desk.factories import UnitFactory

from legation.desk.people.models import Installation, Role, Unit
from legation.desk.people.services import wizard
from legation.desk.people.services.installations import current_installation
from legation.desk.people.services.wizard import register_wizard_step, wizard_steps

pytestmark = pytest.mark.django_db
OWN_STEPS = ("country", "unit", "languages")


@pytest.fixture(autouse=True)
def own_steps_only(monkeypatch):
    monkeypatch.setattr(wizard, "_steps", {name: wizard._steps[name] for name in OWN_STEPS})


@pytest.fixture
def chief(signed_in):
    return signed_in(
        Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True, subject="", languages=[], country="")
    )


def step(client, name, data):
    return client.post(f"/desk/setup/{name}/", data).headers.get("Location")


def test_the_wizard_leads_from_country_to_a_set_up_desk(chief):
    unit = chief.user.memberships.get().unit
    assert chief.get("/desk/").headers["Location"] == "/desk/setup/"
    assert chief.get("/desk/setup/").headers["Location"] == "/desk/setup/country/"
    assert step(chief, "country", {"country": "cl"}) == "/desk/setup/unit/"
    page = chief.get("/desk/setup/unit/")
    assert page.context["form"].initial["time_zone"] == "America/Santiago"
    fields = {
        "name": "Prensa",
        "kind": "ministry",
        "subject": "cl",
        "country": "",
        "time_zone": "America/Santiago",
    }
    assert step(chief, "unit", fields) == "/desk/setup/languages/"
    assert step(chief, "languages", {"languages": ["es", "en"]}) == "/desk/"
    unit.refresh_from_db()
    assert (unit.name, unit.subject, unit.time_zone) == ("Prensa", "cl", "America/Santiago")
    assert unit.languages == ["es", "en"]
    assert current_installation().country == "cl"
    home = chief.get("/desk/")
    assert home.status_code == 200
    assert "What happens next" in home.content.decode()


def test_the_example_tree_is_made_when_asked_for(chief):
    step(chief, "country", {"country": "cl"})
    fields = {"name": "Top", "kind": "steering", "subject": "cl", "time_zone": "UTC", "with_units": "on"}
    step(chief, "unit", fields)
    assert Unit.objects.filter(kind="mission", parent__isnull=False).exists()
    once = Unit.objects.count()
    step(chief, "unit", fields)
    assert Unit.objects.count() == once


def test_a_step_before_the_country_leads_back(chief):
    assert chief.get("/desk/setup/unit/").headers["Location"] == "/desk/setup/country/"
    assert step(chief, "languages", {"languages": ["en"]}) == "/desk/setup/country/"


@pytest.mark.parametrize("country", ["", "zz", "../vn"])
def test_an_unknown_country_is_refused(chief, country):
    assert step(chief, "country", {"country": country}) is None
    assert not Installation.objects.exists()


def test_an_unknown_step_is_not_found(chief):
    assert chief.get("/desk/setup/nothing/").status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.APPROVER])
def test_others_never_see_the_wizard(signed_in, role):
    client = signed_in(role)
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/setup/").headers["Location"] == "/desk/"


def test_an_administrator_of_a_lower_unit_never_sees_the_wizard(signed_in):
    client = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(parent=UnitFactory()))
    assert client.get("/desk/setup/").headers["Location"] == "/desk/"


def test_a_higher_room_adds_its_step(chief):
    class PlainForm(forms.Form):
        answer = forms.CharField()

    kept = []
    register_wizard_step(
        name="sources",
        order=25,
        title="Sources",
        form=lambda request, data: PlainForm(data),
        save=lambda request, form: kept.append(form.cleaned_data["answer"]),
    )
    assert [each.name for each in wizard_steps()] == ["country", "unit", "sources", "languages"]
    assert 'name="answer"' in chief.get("/desk/setup/sources/").content.decode()
    assert step(chief, "sources", {"answer": ""}) is None
    assert step(chief, "sources", {"answer": "all"}) == "/desk/setup/languages/"
    assert kept == ["all"]
