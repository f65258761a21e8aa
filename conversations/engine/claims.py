"""Taking a run and writing its end: one statement each, written by hand.

Every answer of the instance passes here. Django needs ten times as long to build these queries as Postgres to answer
them, and hundreds of answers that begin together would wait for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from backends.base import Usage
from conversations.models import Message, Run

# Only a queued run can be claimed, so of two workers that get the same task one finds nothing. The same round trip
# brings all that answering needs; the draft is read only where a preview asks for it.
CLAIM = """
with claimed as (
    update conversations_run set state = 'running', attempt = attempt + 1, heartbeat_at = statement_timestamp()
    where id = %(run)s and state = 'queued'
    returning id, attempt, conversation_id, answer_id
)
select claimed.attempt, claimed.conversation_id, claimed.answer_id, assistant.knowledge_base_id,
       assistant.live_version_id, case when conversation.surface = 'preview' then assistant.draft end,
       said.roles, said.texts
from claimed
join conversations_message answer on answer.id = claimed.answer_id
join conversations_conversation conversation on conversation.id = claimed.conversation_id
left join assistants_assistant assistant on assistant.id = conversation.assistant_id
cross join lateral (
    select array_agg(role order by position) as roles, array_agg(text order by position) as texts
    from conversations_message
    where conversation_id = claimed.conversation_id and position < answer.position
) said
"""

# Only the attempt that holds the run writes; whoever comes too late changes no row.
END = """
with ended as (
    update conversations_run
    set state = %(state)s, error_code = %(code)s, finished_at = statement_timestamp(), model = %(model)s,
        tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s
    where id = %(run)s and attempt = %(attempt)s and state = 'running'
    returning answer_id
)
update conversations_message set text = %(text)s, citations = %(citations)s
from ended where conversations_message.id = ended.answer_id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this attempt holds, with what Postgres knows about it.

    `draft` is there in a preview alone. Without draft and version the assistant answers here no more. `history` has
    the messages before the answer, role and text alone.
    """

    run: Run
    base_id: str
    version_id: str | None
    draft: dict[str, Any] | None
    history: Sequence[Message]


def claim(run_id: str) -> Claimed | None:
    """Take a queued run; None when it is somebody else's, has ended, or is gone."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"run": run_id})
        row = cursor.fetchone()
    if row is None:
        return None
    attempt, conversation_id, answer_id, base_id, version_id, draft, roles, texts = row
    run = Run(run_id, conversation_id=conversation_id, answer_id=answer_id, state=Run.State.RUNNING, attempt=attempt)
    history = [Message(role=role, text=text) for role, text in zip(roles or (), texts or (), strict=True)]
    return Claimed(run, base_id or "", version_id, orjson.loads(draft) if draft else None, history)


def write_end(run: Run, *, state: str, code: str, text: str, citations: Sequence[dict[str, Any]], usage: Usage) -> bool:
    """Write state and text together; False when another attempt holds the run, or it has ended."""
    values: dict[str, Any] = {
        "run": run.pk,
        "attempt": run.attempt,
        "state": state,
        "code": code,
        "model": run.model,
        "tokens_in": usage.prompt_tokens,
        "tokens_out": usage.completion_tokens,
        "text": text,
        "citations": orjson.dumps(citations).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(END, values)
        return bool(cursor.rowcount)
