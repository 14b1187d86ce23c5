"""The door for programs: ``/api/v1/``, JSON, bearer tokens, one shape for every error."""
