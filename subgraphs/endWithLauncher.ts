/**
 * To be loaded first into a process (`node --import`) of which another one holds the standard input open, without
 * ever writing to it. That ends when the launcher does, even one that was killed and could end nothing itself; this
 * process then ends too: politely, and after five seconds by force.
 */
const GRACE = 5_000;

function end(): void {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE).unref();
}

process.stdin.once('end', end).once('error', end).resume();
// Waiting for it is no reason to stay.
process.stdin.unref();
