"""The fetcher's settings: an honest name or none."""

from __future__ import annotations

import pytest

from legation.gateways.http import FetchOptions, describe_user_agent


@pytest.mark.parametrize("contact", ["press@example.org", "https://example.org/robot"])
def test_a_user_agent_names_product_version_and_contact(contact: str) -> None:
    assert describe_user_agent(contact, version="1.2") == f"Legation/1.2 (+{contact})"


@pytest.mark.parametrize("contact", ["", "nobody", "a@b\r\nX: 1", "a b@c", "bác@example.org"])
def test_a_contact_that_reaches_nobody_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="contact"):
        describe_user_agent(contact)


def test_a_disguised_robot_is_refused() -> None:
    with pytest.raises(ValueError, match="contact"):
        FetchOptions(user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)")


def test_robots_txt_is_read_under_the_product_name() -> None:
    assert FetchOptions(user_agent=describe_user_agent("a@b.example")).robots_token == "Legation"
