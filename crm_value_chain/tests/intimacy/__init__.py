from . import test_difference_demo
from . import test_difference_rpc
from . import test_driver
from . import test_idic
from . import test_need
from . import test_review
from . import test_treatment
