"""How many different people talked to each listing: counted from conversations, written to the listings."""

from django.db import connection

# A person is an account or a guest who sent at least one message; the assistant's owner does not count.
COUNT = """
with talks as (
    select c.assistant_id, coalesce(c.owner_id, c.visitor_id) as person,
           count(*) as conversations, max(c.updated_at) as last
    from conversations_conversation c
    join assistants_assistant a on a.id = c.assistant_id
    where c.surface <> 'preview' and c.owner_id is distinct from a.owner_id
    group by 1, 2
), counts as (
    select assistant_id, count(person) as people, sum(conversations) as conversations,
           count(person) filter (where last > now() - interval '7 days') as week
    from talks group by 1
)
update store_listing l
set people_total = coalesce(n.people, 0), people_week = coalesce(n.week, 0),
    conversations_total = coalesce(n.conversations, 0)
from store_listing o left join counts n on n.assistant_id = o.assistant_id
where o.id = l.id and (l.people_total, l.people_week, l.conversations_total)
      is distinct from (coalesce(n.people, 0), coalesce(n.week, 0), coalesce(n.conversations, 0))
"""


def count_people() -> int:
    """Recount all listings in one statement; gives how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return int(cursor.rowcount)
