from rest_framework.views import exception_handler as respond

__all__ = ["respond"]
