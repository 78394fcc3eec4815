from . import crm_scoring_schedule
from . import crm_classification_mixin
from . import crm_rfm_cutoff
from . import crm_scoring_failure
from . import crm_scoring_run
