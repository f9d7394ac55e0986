"""The form by which a coordinator adjusts a score."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from accounts.models import Locality
from accounts.text import MAX_ARTICLE, MAX_REASON
from assessment.cycles.models import Cycle
from assessment.cycles.queries import participants
from assessment.engine.document import FrameworkDocument
from assessment.observations.numbers import NotANumberError, parse_number
from assessment.scores.ranking_list import title_of

# What the public reads of an adjustment, in the order it is asked for.
PUBLISHED_TEXTS = ("article_zh", "article_en", "reason_zh", "reason_en")


class AdjustmentForm(Form):
    """Locality, node, points, article and reason in both languages; what is typed stays.

    ``is_stale`` where it was refused for what others did since its page was opened.
    """

    is_stale = False
    locality = forms.ModelChoiceField(
        label=gettext_lazy("Locality"),
        queryset=Locality.objects.none(),
        empty_label=gettext_lazy("Choose a locality"),
    )
    node = forms.ChoiceField(
        label=gettext_lazy("Part of the framework"),
        help_text=gettext_lazy("The points are added to the score of this part (0 to 100)."),
    )
    points = forms.CharField(
        label=gettext_lazy("Points"),
        max_length=20,
        help_text=gettext_lazy("Positive points add, negative ones deduct. At most 2 decimals."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    article_zh = forms.CharField(
        label=gettext_lazy("Article in Chinese"),
        max_length=MAX_ARTICLE,
        help_text=gettext_lazy(
            "The document and article that allow the adjustment. "
            "Shown on the Chinese pages and in the Chinese report."
        ),
        widget=forms.TextInput(attrs={"lang": "zh-Hans"}),
    )
    article_en = forms.CharField(
        label=gettext_lazy("Article in English"),
        max_length=MAX_ARTICLE,
        help_text=gettext_lazy("Shown on the English pages and in the English report."),
        widget=forms.TextInput(attrs={"lang": "en"}),
    )
    reason_zh = forms.CharField(
        label=gettext_lazy("Reason in Chinese"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
        help_text=gettext_lazy("Published with the results, on the Chinese pages."),
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason in English"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        help_text=gettext_lazy("Published with the results, on the English pages."),
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locality = self.fields["locality"]
        if isinstance(locality, forms.ModelChoiceField):
            locality.queryset = participants(cycle)
        node = self.fields["node"]
        if isinstance(node, forms.ChoiceField):
            node.choices = [("", _("Choose a part")), *node_choices(cycle.framework_version.parsed)]

    def clean_points(self) -> Decimal:
        """Read as every other number that is typed."""
        try:
            return parse_number(self.cleaned_data["points"], _("a number such as 2 or -1.5"))
        except NotANumberError as error:
            raise forms.ValidationError(str(error)) from None


def node_choices(framework: FrameworkDocument) -> list[tuple[str, str]]:
    """Every scored node, depth first, indented below its parent."""

    def below(code: str, depth: int) -> list[tuple[str, str]]:
        node = framework.node(code)
        own = (code, f"{'　' * depth}{title_of(node)} ({code})")
        return [
            own,
            *(c for child in framework.children(code) for c in below(child.code, depth + 1)),
        ]

    return below(framework.root.code, 0)
