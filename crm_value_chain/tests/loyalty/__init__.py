from . import test_benefits
from . import test_ledger
from . import test_members
from . import test_preview
from . import test_scheme
from . import test_tiers
