"""Alembic's entry: runs the revisions on the connection that `storage.schema` (or a developer's script) hands in."""

from alembic import context

from storage.tables import metadata

connection = context.config.attributes["connection"]
# SQLite cannot alter a table in place: `render_as_batch` makes new revisions copy it instead.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
