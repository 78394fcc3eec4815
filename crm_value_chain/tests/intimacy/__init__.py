from . import test_driver
from . import test_idic
from . import test_need
from . import test_treatment
from . import test_consent
from . import test_episode
from . import test_interaction
from . import test_last_contact
