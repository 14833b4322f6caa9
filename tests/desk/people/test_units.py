"""Units: their tree, their checks, and how they are planted from a country's pack."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from tests.desk.factories import MembershipFactory, UnitFactory

from legation.desk.people.models import Unit, UnitKind
from legation.desk.people.services.units import change_unit, create_unit, delete_unit, is_in_use, plant_units
from legation.engine.records.countries import UnitExample

pytestmark = pytest.mark.django_db


def reload(unit):
    return Unit.objects.get(pk=unit.pk)


def test_a_lineage_names_every_unit_above():
    top = UnitFactory()
    child = UnitFactory(parent=top)
    grandchild = UnitFactory(parent=child)
    assert grandchild.lineage == f"/{top.pk}/{child.pk}/{grandchild.pk}/"
    assert grandchild.ancestor_ids == [top.pk, child.pk]


def test_moving_a_unit_moves_all_below_it():
    old, new = UnitFactory(), UnitFactory()
    moved = UnitFactory(parent=old)
    below = UnitFactory(parent=moved)
    bystander = UnitFactory(parent=old)
    change_unit(unit=reload(moved), changes={"parent": new})
    assert reload(below).lineage == f"/{new.pk}/{moved.pk}/{below.pk}/"
    assert set(Unit.objects.below(new)) == {new, moved, below}
    assert set(Unit.objects.below(old)) == {old, bystander}


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_unit_cannot_hang_below_itself(depth):
    line = [UnitFactory()]
    for _ in range(2):
        line.append(UnitFactory(parent=line[-1]))
    with pytest.raises(ValidationError) as refused:
        change_unit(unit=reload(line[0]), changes={"parent": reload(line[depth])})
    assert "parent" in refused.value.message_dict
    assert reload(line[0]).parent is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("languages", ["en", "klingonish"]),
        ("country", "FRA"),
        ("country", "1"),
        ("kind", "cabal"),
        ("name", ""),
    ],
)
def test_a_wrong_field_is_named(field, value):
    fields = {"name": "A", "kind": UnitKind.MISSION, "subject": "xx", field: value}
    with pytest.raises(ValidationError) as refused:
        create_unit(**fields)
    assert field in refused.value.message_dict
    assert not Unit.objects.exists()


def test_a_new_unit_is_tidied():
    unit = create_unit(
        name="Đại sứ quán tại Pháp",
        kind="mission",
        subject="xx",
        country="fr",
        time_zone="Europe/Paris",
        languages=["vie", "fr", "fr-FR"],
        letterhead={"issuer": "  ĐSQ ", "symbol": "", "made_up": "x"},
    )
    assert unit.slug == "dai-su-quan-tai-phap"
    assert unit.country == "FR"
    assert unit.languages == ["vi", "fr"]
    assert unit.letterhead == {"issuer": "ĐSQ"}


def test_units_of_one_name_get_different_short_names():
    slugs = [create_unit(name="Press office", kind="mission", subject="xx").slug for _ in range(3)]
    assert slugs == ["press-office", "press-office-2", "press-office-3"]


def test_only_an_unused_unit_can_be_deleted():
    unused, staffed, parent = UnitFactory(), UnitFactory(), UnitFactory()
    MembershipFactory(unit=staffed)
    UnitFactory(parent=parent)
    assert not is_in_use(unused)
    delete_unit(unit=unused)
    for unit in (staffed, parent):
        with pytest.raises(ValidationError):
            delete_unit(unit=unit)
    assert set(Unit.objects.all()) >= {staffed, parent}
    with pytest.raises(ProtectedError):
        parent.delete()


def example(key, parent, kind="mission"):
    return UnitExample(
        key=key, parent=parent, kind=kind, label={"en": key.title(), "vi": f"{key} vi"}, subject="xx",
        time_zone="UTC", languages=("en",), host_country="FR" if kind == "mission" else "",
    )  # fmt: skip


def test_a_pack_s_tree_is_planted_once():
    root = UnitFactory(name="Ours")
    examples = [example("top", "", "steering"), example("mfa", "top", "ministry"), example("paris", "mfa")]
    made = plant_units(examples=examples, root=root, language="vi")
    assert [unit.name for unit in made] == ["mfa vi", "paris vi"]
    assert made[1].parent == made[0]
    assert made[0].parent == root
    assert plant_units(examples=examples, root=root, language="vi") == []
    assert Unit.objects.count() == 3
