/**
 * What the runner of the tests states in the environment: the results' file, the suite, where the window can be reached.
 */
export function stated(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start these tests with \`npm run test:editor\`.`);
  return value;
}
