"""Pages by key: every row once, in order, forwards and backwards, whatever stands in the address."""

import base64
import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.factories import UnitFactory

from legation.desk.people.models import Unit
from legation.desk.shell.keysets import page_by_key

pytestmark = pytest.mark.django_db
ORDER = ("-name", "pk")


@pytest.fixture
def units():
    for _ in range(23):
        UnitFactory(name=random.choice("abc"))  # many rows share the first field
    return list(Unit.objects.order_by(*ORDER).values_list("pk", flat=True))


def read(cursor="", size=5, order=ORDER, queryset=None):
    return page_by_key(
        Unit.objects.all() if queryset is None else queryset, cursor=cursor, size=size, order=order
    )


@pytest.mark.parametrize("size", [1, 5, 22, 23, 24])
def test_walking_forwards_and_back_meets_every_row_once(units, size):
    pages = [read(size=size)]
    while pages[-1].next:
        pages.append(read(pages[-1].next, size))
    assert [unit.pk for page in pages for unit in page] == units
    back = [pages[-1]]
    while back[-1].previous:
        back.append(read(back[-1].previous, size))
    seen = [unit.pk for page in reversed(back) for unit in page]
    assert seen == units
    assert back[-1].previous == ""


def test_a_page_costs_one_query_without_count_or_offset(units):
    cursor = read(read().next).next
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(cursor)
    [query] = [each["sql"] for each in queries]
    assert "COUNT" not in query
    assert "OFFSET" not in query


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        "A" * 5000,
        *(
            base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
            for value in (
                None,
                1,
                [],
                {},
                ["n"],
                ["z", "a", 1],
                ["n", None, 1],
                ["n", "a", "x"],
                ["n", [1], {}],
            )
        ),
    ],
)
def test_nonsense_shows_the_first_page(units, cursor):
    assert [unit.pk for unit in read(cursor)] == units[:5]


def test_an_empty_list_has_one_empty_page():
    page = read(queryset=Unit.objects.none())
    assert (len(page), page.previous, page.next) == (0, "", "")
