from . import crm_value_proposition
