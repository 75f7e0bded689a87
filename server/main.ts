/**
 * Starts a language server: over node IPC, a pipe or a socket where the command line says so, else over standard
 * input and output.
 */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { importResolver, readUri } from "./disk.js";
import { bundler } from "./editor/bundling.js";
import { projectsOn } from "./project-sources.js";
import { startSession } from "./editor/session.js";

const namesTransport = process.argv.some((word) => /^--(node-ipc|stdio|socket=|pipe=|socket$|pipe$)/.test(word));
const connection = namesTransport
  ? createConnection(ProposedFeatures.all)
  : createConnection(ProposedFeatures.all, process.stdin, process.stdout);

startSession(connection, {
  disk: { read: readUri, resolver: importResolver, projects: projectsOn },
  bundle: bundler(process.argv[1] ?? process.execPath),
});
