from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Numbered pages."""
