"""How Alembic reaches the database: over the connection that the service hands it."""

from alembic import context

import referrals.all_tables  # noqa: F401 - it fills the metadata
from referrals.storage.table_base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
if connection.dialect.name == "postgresql":  # what takes long here is meant to
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
with context.begin_transaction():
    context.run_migrations()
