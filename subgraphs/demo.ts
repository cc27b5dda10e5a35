/**
 * The command behind `npm start`: the whole demo on this machine's loopback, without Redis, PostgreSQL or Docker.
 * Everything else is loaded only once the version is known to run it.
 */
const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `The demo needs Node ${OLDEST_NODE} or later and this is ${process.versions.node}. ` +
      'Run it by "npm start", which uses the version that "npm ci" installed.\n',
  );
  process.exitCode = 1;
} else {
  const { runDemo } = await import('./runDemo.ts');
  process.exitCode = await runDemo(process.argv.slice(2));
}
