from . import crm_loyalty_class
from . import crm_customer_movement
from . import crm_customer_override
from . import crm_customer_profile
from . import crm_portfolio_snapshot
from . import crm_customer_attitude
from . import crm_customer_profile_attitude
from . import res_company
