// What a server of node:http takes for each request, from its head to the end of its answer, in milliseconds.
/** Wraps a listener; on SIGTERM the process prints all of them as one line of JSON, and ends. */
export function timed(listener) {
  const took = [];
  process.once('SIGTERM', () => process.stdout.write(`${JSON.stringify(took)}\n`, () => process.exit(0)));
  return (request, response) => {
    const began = performance.now();
    response.once('finish', () => took.push(performance.now() - began));
    listener(request, response);
  };
}
