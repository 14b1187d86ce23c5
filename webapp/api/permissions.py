from rest_framework.permissions import BasePermission


class LibraryOpen(BasePermission):
    """Signed in, or the library is public and the request only reads."""
