/** The door `@gradlens/engine/graph`: the picture and the run report as types, and nothing that runs. */
export type * from "./gradient-graph.js";
export type * from "./run-report.js";
