import {_t} from "@web/core/l10n/translation";

/**
 * A chance as people read it; what is not quite nothing or certain says so.
 *
 * @param {Number} chance 0 to 1
 * @returns {String}
 */
export function formatChance(chance) {
    const percent = chance * 100;
    if (percent > 0 && percent < 1) {
        return _t("< 1%");
    }
    if (percent > 99 && percent < 100) {
        return _t("> 99%");
    }
    return _t("%s%", Math.round(percent));
}
