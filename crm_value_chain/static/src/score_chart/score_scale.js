const DAY = 24 * 3600 * 1000;
const LEAST_DAYS = 14;
const GAPS_BEFORE = 8;
const BEFORE_TO_AFTER = 1.5;

/**
 * Number of days of an ISO date since the epoch, free of time zones.
 *
 * @param {String} date
 * @returns {Number}
 */
export function toDay(date) {
    return Date.parse(`${date}T00:00:00Z`) / DAY;
}

/**
 * Days that the chart shows: the expected next purchase as far as it can be told, and
 * as much of the history as leaves room for it.
 *
 * @param {Object} score what the server's `get_score_explanation` returns
 * @returns {Object} first and last day
 */
export function getRange({chart, next, usual, horizon_days: horizon}) {
    const today = toDay(chart.today);
    const last = toDay(chart.curve[0][0]);
    let end = today;
    if (next) {
        const middle = Math.min(toDay(next.middle), today + 2 * horizon);
        const latest = next.latest ? toDay(next.latest) : middle;
        end = Math.max(today, Math.min(latest, Math.max(middle, today + horizon)));
    }
    end += Math.max((end - last) * 0.05, 1);
    const room = Math.max(
        BEFORE_TO_AFTER * (end - last),
        GAPS_BEFORE * (usual || 0),
        LEAST_DAYS
    );
    const first = chart.purchases.length ? toDay(chart.purchases[0]) : last;
    const start = Math.max(first, last - room);
    return {start: start - (end - start) * 0.03, end};
}
