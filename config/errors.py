"""What a reader sees when a request cannot be served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a lost or expired form token, with the way back; nothing typed is thrown away."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
