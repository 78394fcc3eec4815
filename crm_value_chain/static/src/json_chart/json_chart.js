/* global Chart */
import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A chart of what a Json field holds; subclasses say how by their chartConfig. */
export class JsonChart extends Component {
    static props = {...standardFieldProps};

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas) => {
                if (!canvas) {
                    return;
                }
                const chart = new Chart(canvas, this.chartConfig);
                return () => chart.destroy();
            },
            () => [this.canvasRef.el, JSON.stringify(this.value)]
        );
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    /** Colours that can be read in the light and in the dark. */
    get colors() {
        const scheme = cookie.get("color_scheme");
        return {
            grid: getCustomColor(scheme, "#d8dadd", "#3C3E4B"),
            label: getCustomColor(scheme, "#4B5058", "#E4E4E4"),
            actual: getColor(0, scheme, "odoo"),
            forecast: getCustomColor(scheme, "#017e84", "#5fd0d6"),
        };
    }
}
