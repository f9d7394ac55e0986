"""The hidden field that makes a form count once."""

from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.sending import FIELD, KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: dict[str, Any]) -> SafeString:
    """A new key, or on a page that answers a form its own: it is the same form, not yet done."""
    request = context.get("request")
    sent = request.POST.get(FIELD, "") if request is not None else ""
    key = sent if KEY.fullmatch(sent) else uuid4().hex
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key)
