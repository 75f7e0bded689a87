/**
 * What the build gives for imports that are no scripts: a bundled worker as text, and style sheets, which esbuild
 * collects into `panel.css`.
 */
declare module "inline-worker:*" {
  const source: string;
  export default source;
}
declare module "*.css";
