"""Who reads the observations of a cycle and who records them."""

from assessment.cycles.permissions import can_coordinate_cycle, is_auditor_of, is_system_of

can_view_observations = can_coordinate_cycle | is_auditor_of | is_system_of
can_record_observations = can_coordinate_cycle
