import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatChance} from "./chance";
import {getRange, toDay} from "./score_scale";

const CHANCE_STEPS = [0.1, 0.25, 0.5, 1];
const NEAR_THE_START = 12; // percent of the width
const NEAR_THE_END = 85;

/**
 * A customer's rhythm against the gap now: purchases as ticks on a time line, the chance
 * of buying as it fell since the last one, and when the next one is expected.
 * `score` is what the server's `get_score_explanation` returns.
 *
 * Lines are drawn in percent of the room, all text stands beside them as HTML: so it
 * stretches with the page and stays crisp, and takes its colours from the theme.
 */
export class ScoreChart extends Component {
    static template = "crm_value_chain.ScoreChart";
    static props = {score: Object};

    get range() {
        return getRange(this.props.score);
    }

    /** Position of a date in percent of the width. */
    x(date) {
        const {start, end} = this.range;
        return (100 * (toDay(date) - start)) / (end - start);
    }

    /** The chance at the top of the chart: the curve fills most of the height. */
    get top() {
        const most = Math.max(...this.props.score.chart.curve.map((point) => point[1]));
        return CHANCE_STEPS.find((step) => step >= most) || 1;
    }

    /** Position of a chance in percent of the height, from above. */
    y(chance) {
        return 100 * (1 - chance / this.top);
    }

    get points() {
        return this.props.score.chart.curve.map(([date, chance]) => [
            this.x(date).toFixed(2),
            this.y(chance).toFixed(2),
        ]);
    }

    get line() {
        return this.points.map((point) => point.join(",")).join(" ");
    }

    get area() {
        const points = this.points;
        const left = points[0][0];
        const right = points[points.length - 1][0];
        return `${left},100 ${this.line} ${right},100`;
    }

    get ticks() {
        return this.props.score.chart.purchases
            .map((date) => ({date, left: this.x(date), title: this.formatDate(date)}))
            .filter((tick) => tick.left >= 0);
    }

    get hasMorePurchases() {
        return this.ticks.length < this.props.score.chart.purchases.length;
    }

    get today() {
        return this.x(this.props.score.chart.today);
    }

    /** The ends of the curve, as dots with the chance beside them. */
    get ends() {
        const {curve} = this.props.score.chart;
        const now = curve.length - 1;
        return curve
            .map(([date, chance], index) => ({
                isNow: index === now,
                left: this.x(date),
                top: this.y(chance),
                text: formatChance(chance),
            }))
            .filter((point, index) => index === 0 || point.isNow)
            .map((point) => ({...point, side: this.getSide(point)}));
    }

    /** Where the text of a dot stands, clear of the curve and within the chart. */
    getSide({isNow, left}) {
        if (isNow) {
            return left > NEAR_THE_END ? "o_above_left" : "o_right";
        }
        return left < NEAR_THE_START ? "o_above_right" : "o_left";
    }

    /** The interval of the next purchase, cut where the chart ends. */
    get band() {
        const {next} = this.props.score;
        if (!next || !next.earliest || !next.latest) {
            return false;
        }
        const left = Math.max(this.x(next.earliest), 0);
        const right = Math.min(this.x(next.latest), 100);
        return left < 100 && {left, width: right - left, isCut: right === 100};
    }

    /** Colour is for those whom a call may keep: not for lapsed customers. */
    get expected() {
        const {next, risk} = this.props.score;
        const left = next ? this.x(next.middle) : 101;
        const isLate = next?.overdue && risk?.band !== "lapsed";
        return left <= 100 && {left, overdue: isLate};
    }

    get chanceLegend() {
        return _t("Chance of buying within %s days", this.props.score.horizon_days);
    }

    get expectedLegend() {
        const {next} = this.props.score;
        const date = this.formatDate(next.middle);
        return next.overdue
            ? _t("Next purchase was expected by %s", date)
            : _t("Next purchase expected by %s", date);
    }

    get firstLabel() {
        const [first] = this.ticks;
        return first ? first.title : "";
    }

    get isTodayAtEnd() {
        return this.today > NEAR_THE_END;
    }

    get ariaLabel() {
        return this.props.score.sentences.join(" ");
    }

    formatDate(date) {
        return formatDate(deserializeDate(date));
    }
}
