/** A process that starts a server and waits to be killed, for abandoned.test.ts. */
import { startRegistry } from '../../../kubernetes/index.ts';

/** Starts a registry in the directory given, prints its address and waits to be killed. */
const { host } = await startRegistry({ dir: process.argv[2] ?? '', log: console.error });
console.log(host);
setInterval(() => {}, 1000);
