"""Which numerals of an answer stand, and what they open."""

from collections.abc import Sequence

import pytest

from assistants.knowledge.search import Found
from conversations.engine.citations import QUOTE_CHARS, citation, resolve, supports
from tests.conversations.made import passage

RETURNS = passage("You may return goods within thirty days of delivery.", heading="Returns", page=3)
SHIPPING = passage("Parcels leave our warehouse on weekdays before noon.", passage_id=2)
RETOURS = passage("Vous pouvez retourner les articles dans les trente jours suivant la livraison.")
FOUND = [RETURNS, SHIPPING]


def numbers(text: str, found: Sequence[Found] = FOUND) -> list[int]:
    return [each["n"] for each in resolve(text, found)[1]]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Goods may be returned within thirty days [1].", "Goods may be returned within thirty days[1]."),
        ("Goods may be returned within thirty days. [1]", "Goods may be returned within thirty days.[1]"),
        ("Goods may be returned within thirty days.[1][2]", "Goods may be returned within thirty days.[1]"),
        ("You return the goods within thirty days [1, 2].", "You return the goods within thirty days[1]."),
        ("Return the goods within thirty days [1,1][1].", "Return the goods within thirty days[1]."),
        ("Parcels leave the warehouse before noon [2].", "Parcels leave the warehouse before noon[2]."),
        (
            "- Thirty days for the goods [1]\n- Send it by the pigeon in summer [1]",
            "- Thirty days for the goods[1]\n- Send it by the pigeon in summer",
        ),
        (
            "Parcels leave on weekdays [2]; the goods return in thirty days [1].",
            "Parcels leave on weekdays[2]; the goods return in thirty days[1].",
        ),
    ],
)
def test_numerals_stand_where_their_passage_supports_the_claim(written: str, kept: str) -> None:
    assert resolve(written, FOUND)[0] == kept


@pytest.mark.parametrize(
    "written",
    [
        "Elephants are remarkably careful swimmers in summer [1].",
        "The founder graduated with honours in astronomy [2].",
        "Our shops accept cheques, vouchers and foreign currency [1][2].",
    ],
)
def test_numerals_are_dropped_where_the_passage_says_something_else(written: str) -> None:
    text, citations = resolve(written, FOUND)
    assert "[" not in text
    assert citations == []


@pytest.mark.parametrize("numerals", ["[0]", "[3]", "[3][99]", "[3, 4]"])
def test_numerals_of_no_passage_are_dropped(numerals: str) -> None:
    assert resolve(f"Return goods within thirty days {numerals}.", FOUND) == ("Return goods within thirty days.", [])


def test_without_passages_no_numeral_stands() -> None:
    assert resolve("Thirty days [1]. Or so [2, 3].", []) == ("Thirty days. Or so.", [])


@pytest.mark.parametrize(
    "code",
    ["```python\nfirst = goods[1]\n```", "`goods[1]`", "```\nunfinished = rows[2]", "```\na[7]\n```\nand `b[8]`"],
)
def test_code_is_left_as_it_is(code: str) -> None:
    written = f"Return goods within thirty days [1]:\n\n{code}"
    text, citations = resolve(written, FOUND)
    assert text.endswith(code)
    assert [each["n"] for each in citations] == [1]


def test_a_numeral_after_code_still_counts() -> None:
    assert numbers("`x[2]` means that you return goods within thirty days [1].") == [1]


def test_french_claims_are_compared_without_accents() -> None:
    assert numbers("Retournez les articles dans les trente jours après la livraison [1].", [RETOURS]) == [1]
    assert numbers("Les éléphants nagent très bien et vivent dans la savane [1].", [RETOURS]) == []


def test_spaces_that_french_puts_before_a_numeral_go_with_it() -> None:
    text, _ = resolve("Vous pouvez retourner les articles dans les trente jours\u202f[1]\u00a0!", [RETOURS])
    assert text == "Vous pouvez retourner les articles dans les trente jours[1]\u00a0!"


def test_a_claim_in_another_language_is_given_the_benefit() -> None:
    assert numbers("You have a month to send the things back to us [1].", [RETOURS]) == [1]


def test_a_claim_too_short_to_judge_is_given_the_benefit() -> None:
    assert numbers("Yes [1].") == [1]


def test_only_the_sentence_that_a_numeral_closes_is_its_claim() -> None:
    assert numbers("Goods may be returned within thirty days. Elephants swim remarkably well in summer [1].") == []
    assert numbers("Elephants swim remarkably well in summer. Goods may be returned within thirty days [1].") == [1]


def test_the_heading_of_a_passage_counts_as_its_words() -> None:
    found = passage("Within thirty days of delivery.", heading="Returning goods to the warehouse")
    assert supports("The goods are returned to the warehouse", found)


def test_citations_come_in_order_and_once() -> None:
    text = "Parcels leave the warehouse [2]. Goods return within thirty days [1]. Parcels leave before noon [2]."
    assert numbers(text) == [1, 2]


def test_a_citation_keeps_what_the_source_panel_needs() -> None:
    assert citation(4, RETURNS) == {
        "n": 4,
        "passage": 1,
        "file": "file_1",
        "file_name": "policy.md",
        "page": 3,
        "heading": "Returns",
        "quote": RETURNS.body,
    }


def test_a_long_passage_is_quoted_in_part() -> None:
    assert len(citation(1, passage("word " * 1000))["quote"]) == QUOTE_CHARS


def test_text_without_numerals_is_left_as_it_is() -> None:
    text = "A list:\n\n1. one\n2. [two](https://example.org)\n3. [ ] three [a] [1a] [100]"
    assert resolve(text, FOUND) == (text, [])
