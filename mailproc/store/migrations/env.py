"""What Alembic runs: the migrations, all in the transaction that the caller opened."""

from alembic import context

from mailproc.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can roll back a changed schema: a migration that is killed leaves the old one.
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
