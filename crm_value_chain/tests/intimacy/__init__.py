from . import test_consent
from . import test_episode
from . import test_interaction
from . import test_last_contact
from . import test_relationship_demo
