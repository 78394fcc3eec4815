from . import test_ladder
from . import test_ladder_explanation
from . import test_ladder_override
from . import test_ladder_preview
from . import test_ladder_rules
