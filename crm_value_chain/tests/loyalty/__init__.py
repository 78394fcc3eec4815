from . import test_attitude
from . import test_loyalty
from . import test_loyalty_class
from . import test_migration
