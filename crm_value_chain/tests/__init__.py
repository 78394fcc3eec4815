from . import test_demo
from . import test_js
from . import test_tours
from .analytics import odoo_runner as test_analytics
from .core import *
from .customer import *
from .lifecycle import *
from .portfolio import *
from .scoring import *
