// What the compiler cannot say: no `any`, no `!`, no stray promises, and what each room must never see.
// Which room may import which is checked by test/house.test.ts; this file keeps globals out of places where they do not exist.
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const pageGlobals = ["document", "window", "localStorage", "navigator", "alert"];
const nodeGlobals = ["process", "Buffer", "__dirname", "__filename", "require", "setImmediate"];

function absent(names, room) {
  return ["error", ...names.map((name) => ({ name, message: `${room} must run where \`${name}\` does not exist.` }))];
}

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "**/*.generated.ts",
      "engine/kernels/assembly/",
      "test/fixtures/",
      "test/tfjs-fixtures/",
      "test/realistic/programs/",
      ".cache/",
      "shots/",
      "coverage/",
    ],
  },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["../../../*", "**/dist/**"], message: "Import other rooms through their doors." }] },
      ],
    },
  },
  {
    files: ["engine/**/*.ts"],
    rules: { "no-restricted-globals": absent([...pageGlobals, ...nodeGlobals], "The engine") },
  },
  {
    files: ["webview/**/*.{ts,tsx}"],
    rules: { "no-restricted-globals": absent(nodeGlobals, "The panel") },
  },
  {
    files: ["webview/worker/**/*.ts"],
    rules: { "no-restricted-globals": absent([...pageGlobals, ...nodeGlobals], "A worker") },
  },
  {
    files: ["server/flow/**/*.ts", "server/activity/**/*.ts", "server/rules/**/*.ts", "server/analysis.ts"],
    rules: { "no-restricted-globals": absent([...pageGlobals, ...nodeGlobals], "The analysis") },
  },
);
