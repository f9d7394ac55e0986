"""Who sees the publication desk of a cycle and who publishes."""

from assessment.cycles.permissions import can_coordinate_cycle, is_auditor_of

can_view_publications = can_coordinate_cycle | is_auditor_of
can_publish = can_coordinate_cycle
