from . import test_network_member
from . import test_network_relation
from . import test_network_figures
from . import test_network_coverage
from . import test_network_reminder
from . import test_network_rights
from . import test_network_merge
from . import test_network_map
