"""What experts and coordinators type."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from accounts.text import MAX_REASON, MAX_REMARK, labelled
from assessment.engine.document import Level, Node
from assessment.engine.figures import plain_number, typographic
from assessment.reviews.levels import levels_of
from assessment.reviews.models import RubricScore
from assessment.submissions.models import RemarkKind, Submission
from assessment.submissions.services import return_faults


class RubricForm(Form):
    """One rubric indicator: a level, or abstention with its reason."""

    ABSTAIN = "abstain"

    level = forms.ChoiceField(label=_("Level"), required=False, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you abstain: say why."),
    )

    def __init__(self, *args: Any, node: Node, score: RubricScore | None, **kwargs: Any) -> None:
        self.node = node
        self.score = score
        kwargs.setdefault("prefix", node.code)
        kwargs.setdefault("initial", _initial(score))
        super().__init__(*args, **kwargs)
        language = "zh-Hans" if (get_language() or "zh").startswith("zh") else "en"
        field = cast(forms.ChoiceField, self.fields["level"])
        field.choices = [
            *(
                (plain_number(value), _level_label(value, level, language))
                for value, level in levels_of(node).items()
            ),
            (self.ABSTAIN, _("I abstain")),
        ]

    @property
    def has_abstained(self) -> bool:
        """Whether the expert chose to abstain."""
        return bool(self.cleaned_data.get("level") == self.ABSTAIN)

    @property
    def level_given(self) -> Decimal | None:
        """The level chosen, if one was."""
        level = self.cleaned_data.get("level")
        return Decimal(level) if level and level != self.ABSTAIN else None

    @property
    def is_untouched(self) -> bool:
        """Nothing chosen and nothing written: the expert has not come to it yet."""
        return not self.cleaned_data.get("level") and not self.cleaned_data.get("comment")


def _level_label(value: Decimal, level: Level, language: str) -> str:
    shown, title = typographic(plain_number(value)), level.title.text(language)
    if level.description is None:
        return f"{shown} · {title}"
    return labelled(f"{shown} · {title}", level.description.text(language))


def _initial(score: RubricScore | None) -> dict[str, str]:
    if score is None:
        return {}
    level = RubricForm.ABSTAIN if score.has_abstained else score.level_text
    return {"level": level, "comment": score.comment}


class RemarkForm(Form):
    """A remark for the locality's report."""

    text_zh = forms.CharField(
        label=_("Remark (Chinese)"),
        required=False,
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text_en = forms.CharField(
        label=_("Remark (English)"),
        required=False,
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(Form):
    """Why a form goes back, and until when it may be corrected; ``step`` was looked at."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say what has to be corrected: the locality reads this text.")
        },
    )
    end_date = LocalDateField(
        label=_("Last day to submit again"),
        required=False,
        help_text=_("Empty: the day already set stays. That day counts."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        submission: Submission,
        today: date,
        **options: Any,
    ) -> None:
        self.submission, self.today = submission, today
        super().__init__(data, **options)

    def clean_end_date(self) -> date | None:
        """A day the form may go back until, told beside what is wrong with the reason."""
        day: date | None = self.cleaned_data["end_date"]
        faults = return_faults(self.submission, day, self.today)
        if faults:
            raise ValidationError(faults)
        return day


class UnlockForm(Form):
    """The answer to a request to unlock a form: granted, with a last day, or refused."""

    REFUSE = "refuse"

    step = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The locality reads it, whatever you decide."),
        error_messages={"required": _("Write the reason: the locality reads it.")},
    )
    end_date = LocalDateField(
        label=_("Last day to submit again"),
        required=False,
        help_text=_("Only for unlocking. Empty: the day already set stays. That day counts."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        submission: Submission,
        today: date,
        **options: Any,
    ) -> None:
        self.submission, self.today = submission, today
        self.is_refusal = data is not None and data.get("decision") == self.REFUSE
        super().__init__(data, **options)

    def clean_end_date(self) -> date | None:
        """A day the form may be unlocked until, told beside what is wrong with the reason."""
        day: date | None = self.cleaned_data["end_date"]
        if self.is_refusal:
            return None
        faults = return_faults(self.submission, day, self.today)
        if faults:
            raise ValidationError(faults)
        return day


class PinForm(Form):
    """A remark on one answer."""

    kind = forms.ChoiceField(
        label=_("Kind of remark"),
        choices=RemarkKind.choices,
        initial=RemarkKind.CHANGE,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Remark on this answer"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The locality reads it beside its answer when the form goes back to it."),
        error_messages={"required": _("Write the remark first.")},
    )
