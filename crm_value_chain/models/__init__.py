from . import customer
from . import portfolio
from . import lifecycle
from . import scoring
from . import loyalty
from . import core
