"""The pool of database connections is small, and people type faster than models read."""

import pytest
from django.db import connection

from store import services
from tests.scripted import ScriptedServer


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_model_reads_a_query(offers: None, scripted: ScriptedServer) -> None:
    connection.ensure_connection()
    assert services.question_vector("Where is my parcel?") is not None
    assert connection.connection is None
