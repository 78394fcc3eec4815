from . import customer
from . import portfolio
from . import lifecycle
from . import loyalty
from . import scoring
from . import core
