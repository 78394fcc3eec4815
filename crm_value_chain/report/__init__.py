from . import crm_portfolio_map
