from . import crm_customer_list_wizard
from . import crm_portfolio_wizard
from . import crm_lead_lost
