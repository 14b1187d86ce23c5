"""The top floor: how people and programs *reach* the library.

The only floor that knows HTTP, Celery and templates.
"""
