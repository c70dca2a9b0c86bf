/** Sends requests over one connection, which is made when the first is sent and lasts as long as the job. */
import { Failure } from '../../model/failure.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import type { Send } from './api.ts';
import { type ApiAnswer, type ApiConnection, connectToApi, type ConnectionOptions } from './connection.ts';

/** All that is read, and the dry runs of pods. */
const ALLOWED = {
  methods: ['GET', 'POST'],
  paths: String.raw`^/(apis?(/.*)?|\.well-known/openid-configuration)$`,
} as const;

export interface Sender {
  readonly send: Send;
  /** Ends the connection, when one was made. None is made after that: what is still to be sent fails. */
  close(): Promise<void>;
}

/**
 * A connection whose program has ended is made anew for the next request; the one that met it gets the answer that there was none.
 * Where a single request breaks, the others on the same connection go on.
 */
export function createSender(options: ConnectionOptions): Sender {
  let connection: Promise<ApiConnection> | undefined;
  let made = 0;
  let closed = false;
  /** On a socket of its own: the one before may not have ended yet, and takes its socket away when it does. */
  const connect = async (): Promise<ApiConnection> => {
    made += 1;
    return await connectToApi(options, { ...ALLOWED, name: `api-${made}` });
  };
  const drop = async (used: Promise<ApiConnection>): Promise<void> => {
    if (connection === used) connection = undefined;
    const broken = await used.catch(() => undefined);
    await broken?.stop();
  };
  const dropOpened = async (opened: ApiConnection): Promise<void> => {
    const current = connection;
    if (current !== undefined && (await current.catch(() => undefined)) === opened) await drop(current);
  };
  const open = async (): Promise<ApiConnection> => {
    if (closed) throw new Error('the run has ended');
    const used = connection;
    if (used !== undefined && !(await isOpen(used))) await drop(used);
    connection ??= connect();
    return await connection;
  };
  const send: Send = async (request) =>
    await options.kubectl.during(async () => {
      const opened = await open();
      try {
        const answer = await opened.send(request);
        // kubectl keeps a token for a minute: another one reads what the file has now.
        if (answer.status === 401) await dropOpened(opened);
        return answer;
      } catch (error) {
        if (error instanceof Failure) throw error;
        return noAnswer(error);
      }
    });
  const close = async (): Promise<void> => {
    closed = true;
    if (connection !== undefined) await drop(connection);
  };
  return { send, close };
}

async function isOpen(connection: Promise<ApiConnection>): Promise<boolean> {
  return await connection.then(
    (one) => one.isOpen(),
    () => false,
  );
}

function noAnswer(error: unknown): ApiAnswer {
  return { status: 502, body: `${NOT_OF_API_SERVER}: none came (${errorMessage(error)})` };
}
