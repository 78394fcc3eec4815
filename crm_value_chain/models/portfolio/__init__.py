from . import crm_segment
from . import crm_value_tier
from . import crm_customer_movement
from . import crm_customer_override
from . import crm_customer_profile
from . import crm_rfm_cutoff
from . import res_company
from . import res_config_settings
