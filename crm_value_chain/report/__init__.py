from . import crm_customer_retain
from . import crm_customer_view_open
from . import crm_customer_view_value
from . import crm_loyalty_matrix
from . import crm_portfolio_map
from . import crm_idic_report
from . import crm_value_proposition_report
