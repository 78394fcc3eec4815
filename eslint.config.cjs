const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
    {ignores: ["**/static/lib/**", "**/*.cjs"]},
    js.configs.recommended,
    {
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly"},
        },
        rules: {
            // OCA's errors that the recommended rules do not have
            "init-declarations": "error",
            "no-duplicate-imports": "error",
            "no-empty-function": "error",
            "no-eq-null": "error",
            "no-eval": "error",
            "no-lonely-if": "error",
            "no-multi-str": "error",
            "no-return-assign": "error",
            "no-unneeded-ternary": "error",
            "no-unused-expressions": "error",
            "no-unused-vars": "error",
            "no-use-before-define": "error",
            "operator-assignment": ["error", "always"],
            "prefer-const": "error",
            "spaced-comment": ["error", "always"],
            complexity: ["error", 15],
            eqeqeq: "error",
        },
    },
];
