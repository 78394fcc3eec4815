from . import test_correction
from . import test_degenerate
from . import test_history
from . import test_models
from . import test_outlook
from . import test_properties
from . import test_published
from . import test_retention
