"""The reference query, by which the nights are measured.

What a database needs at least to look at each order once: last and first purchase,
number of days with a purchase, and the sum, for each customer.
"""

import re
import statistics

from ..postgres import psql

TIMES = 3
QUERY = """
SET enable_indexscan = off;
SET work_mem = '256MB';
\\timing on
SELECT MAX(last), MIN(first), SUM(days), SUM(amount)
  FROM (SELECT MAX(date_order) AS last, MIN(date_order) AS first,
               COUNT(DISTINCT date_order::date) AS days, SUM(amount_untaxed) AS amount
          FROM sale_order GROUP BY partner_id) customer;
"""


def reference_seconds(server, database):
    """Return the seconds of the query, the median of three times."""
    return statistics.median(one_time(server, database) for _ in range(TIMES))


def one_time(server, database):
    (line,) = (row[0] for row in psql(server, QUERY, database) if "Time:" in row[0])
    return float(re.search(r"Time: ([\d.]+) ms", line)[1]) / 1000
