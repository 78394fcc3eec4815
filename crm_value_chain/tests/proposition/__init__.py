from . import test_choice
from . import test_performance
from . import test_promise
from . import test_proposition_demo
from . import test_value
from . import test_version
