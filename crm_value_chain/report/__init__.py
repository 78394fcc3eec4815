from . import crm_portfolio_map
from . import crm_loyalty_matrix
from . import crm_customer_retain
from . import crm_value_proposition_report
from . import crm_value_proposition_figures
