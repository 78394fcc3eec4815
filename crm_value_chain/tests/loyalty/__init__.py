from . import test_attitude
from . import test_migration
