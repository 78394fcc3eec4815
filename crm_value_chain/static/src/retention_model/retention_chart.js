import {JsonChart} from "../json_chart/json_chart";

/** What the charts of a retention model share. */
export class RetentionChart extends JsonChart {
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
