"""Words of the room that others say, too."""

from django.utils.translation import gettext_lazy

# What a run was computed on.
PART_LABELS = {
    "framework": gettext_lazy("framework"),
    "observations": gettext_lazy("observations"),
    "localities": gettext_lazy("localities"),
    "adjustments": gettext_lazy("adjustments"),
    "history": gettext_lazy("values of other periods"),
}
