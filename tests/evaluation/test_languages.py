"""Holds the naming of languages above its floor, on headlines of ours in 37 languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.languages import read_headlines, score_headlines

from legation.engine.text.languages import name_language

CORPUS = Path(__file__).parent / "corpora" / "headlines.tsv"
# What the desk promises; .997, .997 and .987 were measured on 2026-11-22.
FLOORS = {"alone": 0.98, "with_prior": 0.99, "with_wrong_prior": 0.97}

ROMANISED = [
    ("ru", "Ministry posle nochnykh peregovorov soglasovali kvoty na vylov ryby v strane"),
    ("ru", "Novosti segodnya: v Moskve otkryli pogranichnyy perekhod posle remonta"),
    ("uk", "Prezydent Ukrayiny zayavyv shcho novyny pro yoho vizyt ye nepravdoyu"),
    ("hi", "Pradhan mantri ne kaha ki desh mein chawal ke daam nahi badhenge"),
    ("hi", "Yeh log bahut pareshan hain lekin abhi tak kuch nahi hua"),
    ("ar", "Wazir al kharijiya qala fil khabar anna al hukuma la tuwafiq ala hatha"),
    ("fa", "Vazir kharejeh goft ke dowlat iran dar in mored tasmim gerefte ast"),
    ("zh", "Zhongguo zhengfu jintian zai Beijing juxing huiyi taolun jingji fazhan"),
    ("ja", "Nihon no shusho wa Tokyo de kaigi ni shusseki shita"),
    ("ko", "Hanguk jeongbu neun oneul seoul eseo hoeui reul yeoreossda"),
    ("el", "I kyvernisi stin Athina den tha allaxei to nomo gia tin alieia"),
    ("vi", "Bo truong Bo Ngoai giao tiep dai su cac nuoc tai Ha Noi"),
]


def name(text: str, prior: str) -> str:
    """Ask the product for a language."""
    return name_language(text, prior=prior).language


def test_headlines_in_37_languages_are_named_above_the_floors() -> None:
    headlines = read_headlines(CORPUS)
    assert len({headline.language for headline in headlines}) == 37
    found = score_headlines(headlines, name)
    below = {mode: found[mode] for mode, floor in FLOORS.items() if found[mode] < floor}
    assert not below, f"below the floor: {below}"


@pytest.mark.parametrize("language", ["vi-bare", "lo", "km", "my", "th"])
def test_the_scripts_of_our_neighbours_are_never_mistaken(language: str) -> None:
    found = score_headlines(read_headlines(CORPUS), name)
    assert found[f"alone.{language}"] == 1.0


@pytest.mark.parametrize(("language", "text"), ROMANISED)
def test_a_language_typed_in_latin_letters_is_named(language: str, text: str) -> None:
    assert name_language(text).language == language


def test_no_headline_of_a_latin_language_is_taken_for_a_romanised_one() -> None:
    methods = [name_language(headline.text).method for headline in read_headlines(CORPUS)]
    assert "romanised" not in methods
