/* global Chart */
import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A chart of what a Json field holds; subclasses say how. */
export class RetentionChart extends Component {
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

    /** What the axes of all these charts share. */
    getAxis(title, options = {}) {
        const {grid, label} = this.colors;
        return {
            title: {display: true, text: title, color: label},
            grid: {color: grid},
            border: {color: grid},
            beginAtZero: true,
            ...options,
            ticks: {color: label, maxRotation: 0, ...options.ticks},
        };
    }

    /** What the options of all these charts share. */
    getOptions({scales, tooltip, plugins = {}}) {
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: {mode: "index", intersect: false},
            plugins: {
                legend: {
                    position: "bottom",
                    labels: {color: this.colors.label, boxWidth: 16},
                },
                tooltip: {callbacks: tooltip},
                ...plugins,
            },
            scales,
        };
    }
}
