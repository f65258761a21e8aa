from collections.abc import Sequence

import pytest

from backends.offline import answer
from backends.offline.language import PHRASES

PASSAGES = """You help customers of an example shop. Answer in the language of the person's last message.

<passages>
[1] retours.md · Retours › Délai de retour
Vous avez 30 jours après la réception pour nous renvoyer un article. Le remboursement arrive sous 14 jours.
Les articles sur mesure ne sont pas repris.

[2] modeles.md, p. 4 · Modèles › Modèle : s’excuser d’un retard
À employer dès que le retard est connu.
> Objet : Votre commande [numéro]
>
> Bonjour [prénom],
>
> Votre colis arrivera le [date]. Nous vous présentons nos excuses.

[3] livraison.md · Livraison › Suivre un colis
Pour suivre votre colis :
- ouvrez votre compte ;
- choisissez la commande ;
- cliquez sur « Suivre ».

[4] guide.md · Guide › Reading the log
Run this command to read the log:
```bash
tail -n 20 app.log
```

[5] prix.csv
article: Lampe; prix: 30 €; stock: 4
article: Table; prix: 120 €; stock: 2
</passages>"""


def ask(question: str, system: str = PASSAGES) -> str:
    return answer.reply([{"role": "system", "content": system}, {"role": "user", "content": question}])


def quoted(text: str) -> str:
    """The answer without the two lines that say what it is."""
    return "\n\n".join(text.split("\n\n")[1:-1])


def test_a_french_question_is_answered_by_quotations_with_numerals() -> None:
    text = ask("Combien de jours ai-je pour retourner un article ?")
    assert "Vous avez 30 jours après la réception pour nous renvoyer un article." in text
    assert "[1]" in text
    assert "[4]" not in text


def test_every_quotation_says_in_the_persons_language_that_this_is_a_demonstration() -> None:
    assert ask("Quel est le délai de retour ?").startswith(f"*{PHRASES['fr']['framing']}*")
    assert ask("How do I read the log?").startswith(f"*{PHRASES['en']['framing']}*")


@pytest.mark.parametrize(
    "question", ["bonjour", "Merci !", "Es-tu ChatGPT ?", "Who are you?", "Quel délai ?", "How far is the moon?"]
)
@pytest.mark.parametrize("system", [PASSAGES, "You help."])
def test_it_never_pretends_to_be_a_real_model(question: str, system: str) -> None:
    text = ask(question, system).lower()
    assert "hors ligne" in text or "offline" in text


def test_nothing_but_the_documents_own_words_is_said_about_the_subject() -> None:
    source = " ".join(PASSAGES.split())
    for part in quoted(ask("Quel est le délai de retour ?")).split("\n\n"):
        words = " ".join(part.replace("[1]", "").strip("* ").split())
        assert words in source


def test_without_passages_it_says_what_it_would_need() -> None:
    assert ask("Quel est le délai de retour ?", "Tu aides.") == PHRASES["fr"]["empty"]
    assert ask("How do I read the log?", "You help.") == PHRASES["en"]["empty"]


def test_a_question_beside_the_subject_gets_the_nearest_passage_named_as_such() -> None:
    text = ask("Quelle est la capitale du Pérou ?")
    assert PHRASES["fr"]["unsure"] in text


def test_a_template_is_quoted_whole() -> None:
    text = ask("Donne-moi un modèle d’e-mail pour s’excuser d’un retard")
    assert "> Objet : Votre commande [numéro]\n>\n> Bonjour [prénom],\n>\n> Votre colis arrivera" in text
    assert "À employer dès que le retard est connu. [2]" in text


def test_a_list_comes_with_the_line_that_introduces_it() -> None:
    text = ask("Comment suivre mon colis ?")
    assert "Pour suivre votre colis : [3]\n\n- ouvrez votre compte ;\n- choisissez la commande ;" in text


def test_code_stays_in_its_fence() -> None:
    assert "Run this command to read the log: [4]\n\n```bash\ntail -n 20 app.log\n```" in ask("How do I read the log?")


def test_of_a_table_only_the_matching_row_is_quoted() -> None:
    text = ask("Quel est le prix de la lampe ?")
    assert "- article: Lampe; prix: 30 €; stock: 4 [5]" in text
    assert "Table" not in text


def test_a_short_follow_up_is_read_with_the_question_before_it() -> None:
    messages = [
        {"role": "system", "content": PASSAGES},
        {"role": "user", "content": "Comment suivre mon colis ?"},
        {"role": "assistant", "content": "…"},
        {"role": "user", "content": "Et ensuite ?"},
    ]
    assert "[3]" in answer.reply(messages)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Comment adoucir un refus dans un e-mail ?", "Adoucir un refus dans un e-mail"),
        ("How do I read a Python traceback?", "Read a Python traceback"),
        ("Bonjour", "Bonjour"),
        ("", "Conversation"),
    ],
)
def test_a_title_is_made_of_the_persons_words(question: str, title: str) -> None:
    assert ask(question, "Write a title of three to six words for this conversation.") == title


def test_nearness_in_meaning_counts() -> None:
    system = "<passages>\n[1] a.md\nA lamp costs thirty euros. The shop opens at nine.\n</passages>"
    messages = [{"role": "system", "content": system}, {"role": "user", "content": "When can I come in?"}]

    def similarity(question: str, texts: Sequence[str]) -> list[float]:
        return [0.9 if "opens" in text else 0.0 for text in texts]

    text = answer.reply(messages, similarity)
    assert "The shop opens at nine." in text
    assert PHRASES["en"]["unsure"] not in text
