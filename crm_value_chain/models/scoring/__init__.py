from . import crm_scoring_failure
from . import crm_scoring_run
