"""Running a function of this package inside Odoo, in a process of its own."""

import json
import os

from ..cache import REPO, folder
from ..process import run_logged

SCRIPT = """
import json
from devtools.bench.{module} import {function}
result = {function}(env, **json.loads({arguments!r}))
with open({answer!r}, "w") as file:
    json.dump(result, file)
"""


def run_inside(odoo, database, module, function, **arguments):
    """Call a function with the environment of a database; return what it returns."""
    script, answer = (
        folder("run", "bench") / f"{database}-{function}.{end}"
        for end in ("py", "json")
    )
    script.write_text(
        SCRIPT.format(
            module=module,
            function=function,
            arguments=json.dumps(arguments),
            answer=str(answer),
        )
    )
    answer.unlink(missing_ok=True)
    environment = odoo.environment()
    paths = (environment["PYTHONPATH"], str(REPO))
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    with script.open() as text:
        run_logged(
            odoo.command("shell", "-d", database, "--no-http", "--log-level=warn"),
            f"bench-{database}-{function}",
            env=environment,
            stdin=text,
        )
    return json.loads(answer.read_text())
