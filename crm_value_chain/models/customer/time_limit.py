"""A limit on how long the database may work at each statement."""

from contextlib import contextmanager

from odoo.tools import SQL


@contextmanager
def time_limit(env, seconds):
    """Run statements in a savepoint, each for so many seconds at most.

    :raises psycopg2.errors.QueryCanceled: where one takes longer; the savepoint is
        rolled back
    """
    [(before,)] = env.execute_query(SQL("SELECT current_setting('statement_timeout')"))
    with env.cr.savepoint(flush=False):
        _set(env, f"{round(1000 * seconds)}ms")
        yield
        _set(env, before)


def _set(env, limit):
    env.cr.execute(SQL("SELECT set_config('statement_timeout', %s, true)", limit))
