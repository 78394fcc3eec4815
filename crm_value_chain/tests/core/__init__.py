from . import test_classes
from . import test_crm_lead
from . import test_hidden
from . import test_res_partner
from . import test_rights
from . import test_rooms_over_rpc
from . import test_mistakes_over_rpc
from . import test_uninstall
