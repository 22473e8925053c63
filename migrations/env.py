"""How Alembic reaches the database: over the connection that the service hands it."""

from alembic import context

from referrals import (  # noqa: F401 - they fill the metadata
    access_tables,
    counted_tables,
    course_tables,
    not_understood_tables,
    outcome_tables,
    tables,
    telegram_tables,
)
from referrals.table_base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
