"""The text index behind ``indexer.words``: FTS5 on SQLite, a tsvector column on PostgreSQL."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE indexer_words_fts USING fts5(title, tags, description, content='indexer_words',"
    " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TRIGGER indexer_words_ai AFTER INSERT ON indexer_words BEGIN"
    " INSERT INTO indexer_words_fts(rowid, title, tags, description)"
    " VALUES (new.id, new.title, new.tags, new.description); END",
    "CREATE TRIGGER indexer_words_ad AFTER DELETE ON indexer_words BEGIN"
    " INSERT INTO indexer_words_fts(indexer_words_fts, rowid, title, tags, description)"
    " VALUES ('delete', old.id, old.title, old.tags, old.description); END",
    "CREATE TRIGGER indexer_words_au AFTER UPDATE ON indexer_words BEGIN"
    " INSERT INTO indexer_words_fts(indexer_words_fts, rowid, title, tags, description)"
    " VALUES ('delete', old.id, old.title, old.tags, old.description);"
    " INSERT INTO indexer_words_fts(rowid, title, tags, description)"
    " VALUES (new.id, new.title, new.tags, new.description); END",
]
POSTGRESQL = [
    "ALTER TABLE indexer_words ADD COLUMN document tsvector GENERATED ALWAYS AS ("
    " setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', tags), 'B')"
    " || setweight(to_tsvector('english', description), 'D')) STORED",
    "CREATE INDEX indexer_words_document ON indexer_words USING gin (document)",
]


def build(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("indexer", "0001_initial")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
