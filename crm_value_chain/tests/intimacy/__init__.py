from . import test_identity
from . import test_data_quality
from . import test_duplicate
from . import test_duplicate_scan
