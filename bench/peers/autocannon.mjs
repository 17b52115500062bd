import autocannon from 'autocannon';

/** A load of autocannon's: each path in its turn, each `#` in a body a number that was not there before. */
export async function open() {
  let number = 0;
  const fresh = (body) => body.replaceAll('#', () => (number += 1));
  return {
    load: async ({ url, method, headers, paths, body, seconds, connections }) => {
      let turn = 0;
      const setupRequest = (request) => ({
        ...request,
        path: paths[turn++ % paths.length],
        ...(body === undefined ? {} : { body: fresh(body) }),
      });
      const seen = await autocannon({
        url,
        method,
        headers,
        duration: seconds,
        connections,
        requests: [{ setupRequest }],
      });
      const failed = seen['4xx'] + seen['5xx'] + seen.errors + seen.timeouts;
      return {
        perSecond: (seen['2xx'] + seen['3xx']) / seen.duration,
        p50: seen.latency.p50,
        p99: seen.latency.p99,
        failed,
      };
    },
    close: () => undefined,
  };
}
