"""Run by Alembic: migrates over the connection that `artifacts.migrations.upgrade` hands in."""

from alembic import context

from artifacts.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
