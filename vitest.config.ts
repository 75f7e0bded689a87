import { defineConfig } from "vitest/config";

// Tests read the rooms' sources through their doors, so that no build stands between an edit and its test.
export default defineConfig({
  resolve: { conditions: ["gradlens-source", "module", "import", "default"] },
  ssr: { resolve: { conditions: ["gradlens-source", "module", "import", "default"] } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    exclude: ["test/editor/**", "**/node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
